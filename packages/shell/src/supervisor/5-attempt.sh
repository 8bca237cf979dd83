# One attempt of a stage.

# Sets pw_code, pw_why (why it was stopped, or -) and pw_ooms.
run_attempt() {
  pw_run=$pw_next-$pw_attempt
  set_limit
  count_ooms
  pw_ooms_before=$pw_ooms
  # The output is a pipe and not the log itself: `echo >/dev/stderr` opens it anew and would empty a file.
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
  [ -z "${BASH_VERSION-}" ] || set -m
  (
    exec 3<&- 4<&- 6<&- 9>&-
    write_files || exit 1
    umask "$pw_umask"
    exec $pw_setsid "$pw_shell" "$pw_job/stage.$pw_name" "$pw_status" "${pw_shell##*/}"
  ) </dev/null >&7 2>&1 7>&- &
  pw_stage=$!
  [ -z "${BASH_VERSION-}" ] || set +m
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

# Waits for the stage to end. Nothing but that ends `wait`: a trap for the death of the other children, which a
# `kill -9 -1` in the stage takes along, makes some shells hang or crash. Without its copying process such a stage ends
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
