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
  printf '%s\n' "$pw_next $pw_result $pw_failed $pw_stopped $pw_killed $pw_begun $pw_deadline $pw_size ." >"$pw_control/turn.$pw_turn"
  echo turn >&4
  take_turn
}

# Blocks until the Pod is deleted.
rest() {
  while :; do listen; done
}
