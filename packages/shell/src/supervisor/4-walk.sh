# The way through the plan.

# prepare ARGUMENTS: for running stages in this container; the arguments are those of this program.
prepare() {
  find_shell
  # Under bash, a stage can have a process group of its own without ignoring SIGINT, as POSIX has it for what is
  # started with &.
  case $pw_role$pw_shell in
    build*/bash) [ -n "${BASH_VERSION-}" ] || exec "$pw_shell" "$0" "$@" ;;
  esac
  # In POSIX mode, bash forgets how a child ended when another one ends.
  [ -z "${BASH_VERSION-}" ] || set +o posix
  pw_stage='' pw_watcher='' pw_asked='' pw_listening=''
  trap end_now TERM INT HUP
  pw_setsid=''
  [ -n "${BASH_VERSION-}" ] || pw_setsid=$(command -v setsid)
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
  describe "\"started\",\"container\":\"$pw_role\""
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
  pw_text="\"finished\",\"exit_code\":$pw_result"
  [ "$pw_failed" = - ] || pw_text="$pw_text,\"stage\":\"$pw_failed\""
  [ "$pw_stopped" = - ] || pw_text="$pw_text,\"stopped\":\"$pw_stopped\""
  [ "$pw_killed" = 0 ] || pw_text="$pw_text,\"oom_kills\":$pw_killed"
  describe "$pw_text"
  record
}

parse_stage() {
  eval "set -- \$pw_stage_$pw_next"
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
