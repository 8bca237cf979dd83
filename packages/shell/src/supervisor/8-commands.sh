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
