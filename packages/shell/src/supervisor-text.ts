/* oxlint-disable max-lines -- generated; its parts in src/supervisor are short */
/** The supervisor, one POSIX sh program. Generated from src/supervisor by `npm run generate`. */
export const supervisor = `#!/bin/sh
# The supervisor of a job's Pod: walks the plan, in the build and in the helper container at the same time.
#
#   sh supervisor.sh build|helper                   the container's main process; stays until it is told to end
#   sh supervisor.sh follow LOG_OFFSET EVENT_LINE   log on stdout and events on stderr, for ever (in the helper)
#   sh supervisor.sh stage NUMBER ATTEMPT …         one attempt of a stage, see run_one (exec strategy)
#   sh supervisor.sh cancel                         asks for the job to be cancelled (in the helper)
#
# One container at a time has the turn: it decides, runs its stages and writes their events, then passes the turn on
# in a file (turn.1, turn.2, …) and wakes the other through a FIFO. The helper has it first. FIFOs carry wake-ups only;
# what they mean is read from files, so a wake-up too many is harmless.
#
# It must run under any POSIX sh, with a read-only root filesystem (so no here-documents: some shells write them to
# /tmp), with few programs around it. Variables begin with pw_: one that the container's environment has too would be
# changed for the job as well.

set -f
pw_job=\${0%/*}
pw_role=\${1-}
pw_grace=5 # seconds between asking a stage to end and killing it

fail() {
  printf 'podwright supervisor: %s\\n' "$1" >&2
  exit 1
}

load_plan() {
  [ -r "$pw_job/plan" ] || fail "cannot read $pw_job/plan"
  pw_stages=0 pw_files='' pw_files_build='' pw_files_helper=''
  while read -r pw_key pw_value; do
    case $pw_key in
      nonce) pw_nonce=$pw_value ;;
      strategy) pw_strategy=$pw_value ;;
      umask) pw_helper_umask=$pw_value ;;
      control) pw_control=$pw_value ;;
      timeout) pw_timeout=$pw_value ;;
      shell) pw_wanted=$pw_value ;;
      tmp) pw_tmp=$pw_value ;;
      files_build) pw_files_build=$pw_value ;;
      files_helper) pw_files_helper=$pw_value ;;
      file) pw_files="$pw_files $pw_value" ;;
      stage)
        pw_stages=$((pw_stages + 1))
        eval "pw_stage_$pw_stages=\\$pw_value"
        ;;
    esac
  done <"$pw_job/plan"
  pw_log=$pw_control/log
}

# Sets pw_shell: what stages run under.
find_shell() {
  pw_shell=sh
  for pw_name in bash sh; do
    [ "$pw_name" = bash ] && [ "$pw_wanted" = sh ] && continue
    for pw_dir in /usr/local/bin /usr/bin /bin /busybox; do
      [ -x "$pw_dir/$pw_name" ] && pw_shell=$pw_dir/$pw_name && return
    done
  done
}

nap() {
  sleep "$1" 2>/dev/null || sleep 1 # some know whole seconds only
}

# Whether a process runs. Sets pw_line: its state, parent, process group, session, …
alive() {
  pw_line=''
  # The death of a child may disturb what reads.
  for pw_look in 1 2 3; do
    { read -r pw_line <"/proc/$1/stat"; } 2>/dev/null && break
    [ -e "/proc/$1" ] || return 1
  done
  pw_line=\${pw_line##*) }
  case $pw_line in [ZXx]* | '') return 1 ;; esac
}

# Clock, size of the log, events.

# Sets pw_now (seconds with a fraction) and pw_seconds. Time since the kernel's start is read, as that needs no program.
now() {
  if [ -z "$pw_epoch" ]; then
    pw_now=$(date +%s)
    pw_seconds=$pw_now
    return
  fi
  read_uptime
  pw_up=$((pw_epoch + pw_up))
  pw_seconds=$((pw_up / 100))
  pw_up=$((pw_up % 100))
  [ "$pw_up" -gt 9 ] || pw_up=0$pw_up
  pw_now=$pw_seconds.$pw_up
}

# Sets pw_up: hundredths of a second, or as before when it cannot be read.
read_uptime() {
  pw_read=''
  { read -r pw_read pw_word </proc/uptime; } 2>/dev/null
  pw_read=\${pw_read%.*}\${pw_read#*.}
  while :; do case $pw_read in 0?*) pw_read=\${pw_read#0} ;; *) break ;; esac done
  [ -z "$pw_read" ] || pw_uptime=$pw_read
  pw_up=$pw_uptime
}

# Sets pw_epoch: when the kernel started, in hundredths of a second; empty where that cannot be known. The container
# that starts first tells the other, so that their clocks agree.
start_clock() {
  pw_epoch='' pw_uptime=''
  { read -r pw_epoch <"$pw_control/epoch"; } 2>/dev/null && read_uptime && [ -n "$pw_up" ] && return
  pw_epoch=''
  pw_now=$(date +%s.%N)
  case $pw_now in
    *[!0-9.]* | *.) pw_now=$(date +%s)00 ;; # no fractions here
    *) pw_now=\${pw_now%???????} pw_now=\${pw_now%.*}\${pw_now#*.} ;;
  esac
  read_uptime
  [ -n "$pw_up" ] || return
  set -C
  { echo "$((pw_now - pw_up))" >"$pw_control/epoch"; } 2>/dev/null
  set +C
  read -r pw_epoch <"$pw_control/epoch" || pw_epoch=$((pw_now - pw_up))
}

# Sets pw_size, the size of the log, where there is one. The position of our own descriptor is behind the last thing that we appended;
# what the other container appended before is known from the turn.
measure() {
  [ "$pw_strategy" = attach ] || return 0
  if ! { read -r pw_word pw_position </proc/self/fdinfo/9; } 2>/dev/null; then
    # ls reads the size and not the file, as wc of busybox would.
    set -- $(ls -ln "$pw_log")
    pw_position=$5
  fi
  [ "$pw_position" -le "$pw_size" ] || pw_size=$pw_position
}

# describe '"name",members': sets pw_json, an event that happens now.
describe() {
  now
  measure
  pw_json="{\\"event\\":$1,\\"time\\":$pw_now,\\"offset\\":$pw_size,\\"nonce\\":\\"$pw_nonce\\"}"
}

record() {
  case $pw_strategy in
    attach) printf '%s\\n' "$pw_json" >>"$pw_control/events" ;;
    exec) printf '%s\\n' "$pw_json" >&2 ;;
  esac
}

# mark DESCRIPTOR: puts the event into the log too, where a stage's output begins and ends.
mark() {
  printf '\\036%s%s\\036' "$pw_nonce" "$pw_json" >&"$1"
}

stage_started() {
  describe "\\"stage_started\\",\\"stage\\":\\"$pw_name\\",\\"attempt\\":$pw_attempt"
  record
  mark 9
}

# stage_finished DESCRIPTOR: of the log.
stage_finished() {
  pw_text="\\"stage_finished\\",\\"stage\\":\\"$pw_name\\",\\"attempt\\":$pw_attempt,\\"exit_code\\":$pw_code"
  [ "$pw_why" = - ] || pw_text="$pw_text,\\"stopped\\":\\"$pw_why\\""
  [ "$pw_ooms" = 0 ] || pw_text="$pw_text,\\"oom_kills\\":$pw_ooms"
  describe "$pw_text"
  mark "$1"
  record
}

# Who has the turn, and waiting for it.

# Makes the FIFOs: all of them, as the other image may have no mkfifo.
make_fifos() {
  pw_names='stop-build stop-helper wake-build'
  pw_next=1
  while [ "$pw_next" -le "$pw_stages" ]; do
    parse_stage
    pw_attempt=1
    while [ "$pw_attempt" -le "$pw_attempts" ]; do
      pw_names="$pw_names out-$pw_next-$pw_attempt"
      pw_attempt=$((pw_attempt + 1))
    done
    pw_next=$((pw_next + 1))
  done
  [ -p "$pw_control/wake-helper" ] || (cd "$pw_control" && mkfifo $pw_names wake-helper) 2>/dev/null
  # The helper's image is known to have mkfifo.
  pw_pause=0.05
  for pw_name in $pw_names wake-helper; do
    until [ -p "$pw_control/$pw_name" ]; do
      [ "$pw_role" = build ] || [ "$pw_pause" != 1 ] || fail "cannot make FIFOs in $pw_control"
      nap "$pw_pause"
      case $pw_pause in 0.05) pw_pause=0.2 ;; *) pw_pause=1 ;; esac
    done
  done
}

# Opens both wake-up FIFOs for good, so that no wake-up is ever lost, and greets the other container.
open_fifos() {
  exec 3<>"$pw_control/wake-$pw_role" 4<>"$pw_control/wake-$pw_peer"
  echo hello >&4
  : >"$pw_control/up-$pw_role"
  pw_mode=unknown
}

# Sets pw_mode once the other container is up: its greeting is in our FIFO, or FIFOs do not cross containers.
find_mode() {
  [ "$pw_mode" = unknown ] && [ -e "$pw_control/up-$pw_peer" ] || return 0
  echo self >&3
  pw_mode=files
  until read -r pw_word <&3 && [ "$pw_word" = self ]; do
    [ "$pw_word" = hello ] && pw_mode=fifo
  done
}

# Blocks until something is in our FIFO; true when the other container greeted us. A child reads: a signal that arrives
# right before a shell's own read is not noticed before the read ends, while wait is always ended by it. Our end kills it.
listen() {
  pw_listening=yes
  { read -r pw_word <&3 && [ "$pw_word" = hello ]; } &
  wait "$!"
  pw_heard=$?
  pw_listening=''
  return "$pw_heard"
}

# Blocks until the other container may have passed the turn.
await() {
  if [ "$pw_mode" = unknown ]; then
    find_mode
    # Its wake-up may have been among what was read.
    [ "$pw_mode" = unknown ] || return 0
  fi
  case $pw_mode in
    fifo) listen ;;
    files)
      [ -e "$pw_control/finished" ] && rest
      nap "$pw_pause" &
      wait "$!"
      pw_pause=1
      ;;
    unknown)
      # The other container is not up yet, so it cannot be known whether its wake-ups will arrive.
      { sleep 1 && echo tick >&3; } &
      listen && pw_mode=fifo
      ;;
  esac
}

take_turn() {
  pw_turn=$((pw_turn + 1))
  pw_pause=0.1
  until [ -s "$pw_control/turn.$pw_turn" ]; do await; done
  pw_end=''
  until [ "$pw_end" = . ]; do
    read -r pw_next pw_result pw_failed pw_stopped pw_killed pw_begun pw_deadline pw_size pw_end <"$pw_control/turn.$pw_turn"
  done
  find_mode
}

pass_turn() {
  pw_turn=$((pw_turn + 1))
  printf '%s\\n' "$pw_next $pw_result $pw_failed $pw_stopped $pw_killed $pw_begun $pw_deadline $pw_size ." >"$pw_control/turn.$pw_turn"
  echo turn >&4
  take_turn
}

# Blocks until the Pod is deleted.
rest() {
  while :; do listen; done
}

# The way through the plan.

# prepare ARGUMENTS: for running stages in this container; the arguments are those of this program.
prepare() {
  find_shell
  # Under bash, a stage can have a process group of its own without ignoring SIGINT, as POSIX has it for what is
  # started with &.
  case $pw_role$pw_shell in
    build*/bash) [ -n "\${BASH_VERSION-}" ] || exec "$pw_shell" "$0" "$@" ;;
  esac
  # In POSIX mode, bash forgets how a child ended when another one ends.
  [ -z "\${BASH_VERSION-}" ] || set +o posix
  pw_stage='' pw_watcher='' pw_asked='' pw_listening=''
  trap end_now TERM INT HUP
  pw_setsid=''
  [ -n "\${BASH_VERSION-}" ] || pw_setsid=$(command -v setsid)
  find_umask
  umask 0
}

# Sets pw_umask, that of stages. By way of a file, as that takes no process.
find_umask() {
  # Sources are made by the helper for whatever user the build image has.
  pw_umask=0
  [ "$pw_role$pw_helper_umask" != helperopen ] || return 0
  umask >"$pw_control/umask-$pw_role"
  read -r pw_umask <"$pw_control/umask-$pw_role"
}

supervise() {
  prepare "$pw_role"
  pw_peer=helper
  [ "$pw_role" = build ] || pw_peer=build
  make_fifos
  open_fifos
  exec 9>>"$pw_log"
  pw_size=0
  start_clock
  [ -e "$pw_control/finished" ] && rest
  describe "\\"started\\",\\"container\\":\\"$pw_role\\""
  record
  pw_next=1 pw_result=0 pw_failed=- pw_stopped=- pw_killed=0 pw_begun=no pw_deadline=0 pw_turn=0
  [ "$pw_role" = helper ] || take_turn
  walk
  finish
  rest
}

walk() {
  while [ "$pw_next" -le "$pw_stages" ]; do
    parse_stage
    if ! is_due; then
      pw_next=$((pw_next + 1))
    elif [ "$pw_container" != "$pw_role" ]; then
      pass_turn
    else
      run_stage
      pw_next=$((pw_next + 1))
    fi
  done
}

finish() {
  : >"$pw_control/finished"
  pw_text="\\"finished\\",\\"exit_code\\":$pw_result"
  [ "$pw_failed" = - ] || pw_text="$pw_text,\\"stage\\":\\"$pw_failed\\""
  [ "$pw_stopped" = - ] || pw_text="$pw_text,\\"stopped\\":\\"$pw_stopped\\""
  [ "$pw_killed" = 0 ] || pw_text="$pw_text,\\"oom_kills\\":$pw_killed"
  describe "$pw_text"
  record
}

parse_stage() {
  eval "set -- \\$pw_stage_$pw_next"
  pw_container=$1 pw_condition=$2 pw_flags=,$3, pw_attempts=$4 pw_limit=$5 pw_name=$6
}

has() {
  case $pw_flags in *",$1,"*) return 0 ;; esac
  return 1
}

# Whether the stage runs. One that is left out for a cancelled job or for lack of time makes the job fail.
is_due() {
  case $pw_condition in
    on_success) [ "$pw_result" = 0 ] || return 1 ;;
    on_failure) [ "$pw_result" != 0 ] || return 1 ;;
  esac
  has needs_step && [ "$pw_begun" = no ] && return 1
  if [ -e "$pw_control/cancel" ] && ! outlives_cancel; then
    leave_out canceled
    return 1
  fi
  [ "$pw_deadline" = 0 ] || has after_timeout && return 0
  now
  [ "$pw_seconds" -lt "$pw_deadline" ] && return 0
  leave_out job_timeout
  return 1
}

# Whether the stage runs in a job that was cancelled.
outlives_cancel() {
  has after_cancel || { [ "$pw_begun" = yes ] && has after_cancel_once_begun; }
}

leave_out() {
  has counts && [ "$pw_result" = 0 ] && pw_result=143 pw_stopped=$1
}

# Sets pw_status: what CI_JOB_STATUS is for the stage.
job_status() {
  case $pw_stopped in
    canceled) pw_status=canceled ;;
    job_timeout) pw_status=timedout ;;
    *)
      pw_status=success
      [ "$pw_result" = 0 ] || pw_status=failed
      ;;
  esac
  [ "$pw_status" = success ] && { has step || [ "$pw_begun" = no ]; } && pw_status=running
}

run_stage() {
  job_status
  has step && pw_begun=yes
  pw_attempt=1
  while :; do
    stage_started
    [ "$pw_deadline" != 0 ] || pw_deadline=$((pw_seconds + pw_timeout))
    if has inline; then run_inline; else run_attempt; fi
    stage_finished 9
    [ "$pw_code$pw_why" = 0- ] && return
    [ "$pw_why" = - ] && [ "$pw_attempt" -lt "$pw_attempts" ] || break
    pw_attempt=$((pw_attempt + 1))
  done
  has counts && [ "$pw_result" = 0 ] || return
  [ "$pw_code" != 0 ] || pw_code=143 # it was stopped, whatever it says
  pw_result=$pw_code pw_failed=$pw_name pw_stopped=$pw_why pw_killed=$pw_ooms
}

# One attempt of a stage.

# Sets pw_code, pw_why (why it was stopped, or -) and pw_ooms.
run_attempt() {
  pw_run=$pw_next-$pw_attempt
  set_limit
  count_ooms
  pw_ooms_before=$pw_ooms
  # The output is a pipe and not the log itself: \`echo >/dev/stderr\` opens it anew and would empty a file.
  exec 5<>"$pw_control/out-$pw_run" 6<"$pw_control/out-$pw_run" 7>"$pw_control/out-$pw_run" 5<&-
  pw_watcher=''
  start
  copy
  exec 6<&- 7>&-
  watch 9>&- &
  pw_watcher=$!
  observe
  dismiss
  pw_why=-
  if [ -s "$pw_control/stopped-$pw_run" ]; then
    read -r pw_why <"$pw_control/stopped-$pw_run"
    signal_stage KILL # those of its processes that outlived it
  fi
  pw_stage=''
  settle
  count_ooms
  pw_ooms=$((pw_ooms - pw_ooms_before))
}

# An attempt of a stage that only prints, by this shell itself: nothing of it can hang or has to be stopped.
run_inline() {
  pw_why=- pw_ooms=0
  umask "$pw_umask"
  . "$pw_job/stage.$pw_name" >&9 2>&9
  pw_code=$?
  umask 0
}

# Sets pw_until: when the stage's time is up, and pw_limit_name: by which limit. 0 means never.
set_limit() {
  pw_until=0 pw_limit_name=stage_timeout
  [ "$pw_limit" = 0 ] || pw_until=$((pw_seconds + pw_limit))
  has after_timeout && return
  [ "$pw_until" != 0 ] && [ "$pw_until" -le "$pw_deadline" ] && return
  pw_until=$pw_deadline pw_limit_name=job_timeout
}

copy() {
  cat <&6 >&9 3<&- 4<&- 6<&- 7>&- 9>&- &
  pw_copier=$!
}

start() {
  [ -z "\${BASH_VERSION-}" ] || set -m
  (
    exec 3<&- 4<&- 6<&- 9>&-
    write_files || exit 1
    umask "$pw_umask"
    exec $pw_setsid "$pw_shell" "$pw_job/stage.$pw_name" "$pw_status" "\${pw_shell##*/}"
  ) </dev/null >&7 2>&1 7>&- &
  pw_stage=$!
  [ -z "\${BASH_VERSION-}" ] || set +m
}

# Writes the file variables anew, as a stage before may have changed or removed them.
write_files() {
  [ -n "$pw_files" ] || return 0
  pw_dir=$pw_files_build
  [ "$pw_role" = build ] || pw_dir=$pw_files_helper
  mkdir -p "$pw_tmp" || return
  umask 077
  mkdir -p "$pw_dir" || return
  for pw_file in $pw_files; do
    # Removed first: it may be read-only by now, as some do with keys.
    rm -f "$pw_dir/$pw_file" && cat "$pw_job/file.$pw_file" >"$pw_dir/$pw_file" || return
  done
}

# Waits for the stage to end. Nothing but that ends \`wait\`: a trap for the death of the other children, which a
# \`kill -9 -1\` in the stage takes along, makes some shells hang or crash. Without its copying process such a stage ends
# by its next output, and without its watcher by the runner's own limit.
observe() {
  until
    wait "$pw_stage"
    pw_code=$?
    ! alive "$pw_stage"
  do :; done
}

# Ends the watcher.
dismiss() {
  pw_round=0
  while alive "$pw_watcher"; do
    [ $((pw_round % 50)) != 0 ] || wake_watcher
    pw_round=$((pw_round + 1))
    [ "$pw_round" -lt 100 ] || nap 0.01
  done
}

# Waits until all that the stage has printed is in the log. What it left in the background may go on printing: the
# copying process then sleeps, with nothing more to read.
settle() {
  pw_round=0
  while [ "$pw_round" -lt 300 ]; do
    alive "$pw_copier" || return
    case $pw_line in S*) return ;; esac
    pw_round=$((pw_round + 1))
    [ "$pw_round" -lt 100 ] || nap 0.01
  done
}

# Sets pw_ooms: how many processes of the container the kernel has killed for lack of memory.
count_ooms() {
  pw_ooms=0
  for pw_file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    [ -r "$pw_file" ] || continue
    while read -r pw_key pw_value; do
      [ "$pw_key" = oom_kill ] && pw_ooms=$pw_value
    done <"$pw_file"
    return
  done
}

# Stopping a stage.

# Runs beside a stage: stops it when its time is up or the job is cancelled. Blocks in between: it reads from a FIFO
# whose writing end is held by a sleep, so that it wakes at the end of the sleep or when somebody writes. No open
# blocks, as a signal would end it.
watch() {
  pw_fifo=$pw_control/stop-$pw_role
  pw_phase=run pw_asked=' '
  while :; do
    set_wait
    exec 7<>"$pw_fifo" 8<"$pw_fifo"
    sleep "$pw_wait" >&7 3<&- 4<&- 7>&- 8<&- &
    pw_sleep=$!
    exec 7>&-
    # Looked at only now: who writes from here on is heard.
    if is_wanted; then
      act
      [ "$pw_acted" = yes ] || read -r pw_word <&8
    fi
    kill "$pw_sleep" 2>/dev/null
    exec 8<&-
    is_wanted || return 0
  done
}

# Whether there still is a stage to watch, and somebody to watch it for.
is_wanted() {
  alive "$pw_stage" && alive "$$"
}

# Sets pw_left, the seconds until something is to be done, and pw_wait, those until the next look.
set_wait() {
  now
  pw_left=2000000
  [ "$pw_until" = 0 ] || pw_left=$((pw_until - pw_seconds))
  [ "$pw_left" -gt 0 ] || pw_left=0
  pw_wait=$pw_left
  # A process that was just being started was not asked to end; and without FIFOs from the other container, a wish to
  # cancel is a file only.
  [ "$pw_phase" != term ] && [ "$pw_role$pw_mode" != buildfiles ] || [ "$pw_left" -le 1 ] || pw_wait=1
}

act() {
  pw_acted=no
  case $pw_phase in
    run)
      if [ -e "$pw_control/cancel" ] && ! outlives_cancel; then
        stop_stage canceled
      elif [ "$pw_left" = 0 ]; then
        stop_stage "$pw_limit_name"
      fi
      ;;
    term)
      if [ "$pw_left" = 0 ]; then
        pw_phase=kill pw_until=0 pw_acted=yes
        signal_stage KILL
      else
        signal_stage TERM
      fi
      ;;
  esac
}

stop_stage() {
  pw_phase=term pw_until=$((pw_seconds + pw_grace)) pw_acted=yes
  echo "$1" >"$pw_control/stopped-$pw_run"
  signal_stage TERM
}

# Signals the stage's process group and session, and its descendants outside of them; each but once with TERM.
signal_stage() {
  find_tree
  for pw_pid in $pw_tree; do
    case $1$pw_asked in TERM*" $pw_pid "*) continue ;; esac
    kill -s "$1" "$pw_pid" 2>/dev/null
  done
  pw_asked=$pw_tree
}

# Sets pw_tree: the processes of the stage.
find_tree() {
  pw_tree=" $pw_stage "
  pw_grown=yes
  set +f
  while [ "$pw_grown" = yes ]; do
    pw_grown=no
    for pw_dir in /proc/[0-9]*; do
      pw_pid=\${pw_dir#/proc/}
      case " 1 $$ $pw_tree" in *" $pw_pid "*) continue ;; esac
      alive "$pw_pid" && belongs $pw_line && pw_tree="$pw_tree$pw_pid " pw_grown=yes
    done
  done
  set -f
}

# belongs STATE PARENT GROUP SESSION …
belongs() {
  [ "$3" = "$pw_stage" ] || [ "$4" = "$pw_stage" ] && return 0
  case $pw_tree in *" $2 "*) return 0 ;; esac
  return 1
}

wake_watcher() {
  echo wake 1<>"$pw_control/stop-$pw_role"
}

# The Pod is being deleted.
end_now() {
  trap '' TERM INT HUP
  if [ -n "$pw_stage" ]; then
    signal_stage KILL
    wait "$pw_stage"
    [ -z "$pw_watcher" ] || dismiss
  fi
  [ -z "$pw_listening" ] || kill -s KILL "$!" 2>/dev/null
  exit 143
}

# The exec strategy: the runner walks the plan, and the containers are only there for it to run stages in.

# Blocks until the Pod is deleted.
stand_by() {
  trap 'kill "$!" 2>/dev/null; exit 143' TERM INT HUP
  while :; do
    sleep 1000000 &
    wait "$!"
  done
}

# run_one NUMBER ATTEMPT CI_JOB_STATUS BEGUN SECONDS: one attempt of a stage. Output and markers on stdout, events on
# stderr; ends with the exit code of the stage, once the runner has answered the last marker by a line on stdin.
run_one() {
  load_plan
  pw_next=$1
  parse_stage
  pw_role=$pw_container
  prepare stage "$@"
  make_fifos
  pw_next=$1 pw_attempt=$2 pw_status=$3 pw_begun=$4 pw_mode=files pw_size=0
  parse_stage
  claim
  exec 9>&1
  start_clock
  now
  pw_deadline=$((pw_seconds + $5))
  pw_fifo=$pw_control/out-$pw_next-$pw_attempt
  # A writing end for the marker: else the copying process would have ended with the stage.
  exec 4<>"$pw_fifo"
  stage_started
  run_attempt
  stage_finished 4
  read -r pw_word
  drain
  exit "$pw_code"
}

# Makes sure that an attempt is begun but once, also when a runner asks again as it got no answer.
claim() {
  set -C
  { echo begun >"$pw_control/run-$pw_next-$pw_attempt"; } 2>/dev/null || fail "attempt $pw_attempt of $pw_name was begun already"
  set +C
}

# What the stage left in the background may go on printing, though nobody hears it any more. No process of ours may
# keep the streams of the exec open, as it would not end then.
drain() {
  exec 3<"$pw_fifo"
  cat <&3 >/dev/null 2>&1 3<&- 4>&- 9>&- &
  kill -s KILL "$pw_copier" 2>/dev/null
}

# The commands.

cancel() {
  load_plan
  umask 0
  : >"$pw_control/cancel"
  for pw_role in build helper; do
    [ -p "$pw_control/stop-$pw_role" ] && wake_watcher
  done
  return 0
}

follow() {
  load_plan
  umask 0
  : >>"$pw_log"
  : >>"$pw_control/events"
  case $(tail --version 2>/dev/null) in
    *GNU*) follow_with_tail "$1" "$2" ;;
    *) follow_by_hand "$1" "$2" ;;
  esac
}

# GNU tail waits for changes without polling, and ends by itself when nobody reads any more. The one for the events ends
# with the other one, which takes the place of this process. Their own remarks would be counted as events.
follow_with_tail() {
  tail -s 0.5 --pid="$$" -n "+$(($2 + 1))" -f "$pw_control/events" >&2 2>/dev/null &
  exec tail -s 0.5 -c "+$(($1 + 1))" -f "$pw_log" 2>/dev/null
}

# Other tails look once a second. Here, cat goes on reading at the place where the last one stopped.
follow_by_hand() {
  exec 5<"$pw_log" 6<"$pw_control/events"
  dd bs=1 skip="$1" count=0 <&5 >/dev/null 2>&1
  pw_line=0
  while [ "$pw_line" -lt "$2" ] && read -r pw_word <&6; do pw_line=$((pw_line + 1)); done
  if command -v inotifyd >/dev/null; then
    {
      # inotifyd does not say when it has begun to watch.
      { echo && nap 0.1 && echo && nap 0.5 && echo; } &
      inotifyd - "$pw_log:c" "$pw_control/events:c" 2>/dev/null
    } | while read -r pw_word; do
      pump || exit
      nap 0.02 # many changes, one look
    done || return
  fi
  follow_by_looking
}

follow_by_looking() {
  pw_seen='' pw_pause=0.02
  while :; do
    pw_look=$(ls -ln "$pw_log" "$pw_control/events")
    if [ "$pw_look" = "$pw_seen" ]; then
      case $pw_pause in 0.02) pw_pause=0.05 ;; 0.05) pw_pause=0.1 ;; 0.1) pw_pause=0.2 ;; *) pw_pause=0.5 ;; esac
    else
      pw_seen=$pw_look pw_pause=0.02
      pump || return
    fi
    nap "$pw_pause"
  done
}

pump() {
  cat <&5 && cat <&6 >&2
}

case $pw_role in
  build | helper)
    load_plan
    case $pw_strategy in
      attach) supervise ;;
      exec) stand_by ;;
    esac
    ;;
  stage)
    shift
    run_one "$@"
    ;;
  cancel) cancel ;;
  follow) follow "$2" "$3" ;;
  *) fail "unknown command '$pw_role': build, helper, follow LOG_OFFSET EVENT_LINE, stage NUMBER ATTEMPT CI_JOB_STATUS BEGUN SECONDS or cancel" ;;
esac
`;
