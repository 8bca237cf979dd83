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
      pw_pid=${pw_dir#/proc/}
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
