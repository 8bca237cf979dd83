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

# Sets pw_up: hundredths of a second.
read_uptime() {
  pw_up=''
  { read -r pw_up pw_word </proc/uptime; } 2>/dev/null || return
  pw_up=${pw_up%.*}${pw_up#*.}
  while :; do case $pw_up in 0?*) pw_up=${pw_up#0} ;; *) return ;; esac done
}

# Sets pw_epoch: when the kernel started, in hundredths of a second; empty where that cannot be known. The container
# that starts first tells the other, so that their clocks agree.
start_clock() {
  pw_epoch=''
  { read -r pw_epoch <"$pw_control/epoch"; } 2>/dev/null && return
  pw_now=$(date +%s.%N)
  case $pw_now in
    *[!0-9.]* | *.) pw_now=$(date +%s)00 ;; # no fractions here
    *) pw_now=${pw_now%???????} pw_now=${pw_now%.*}${pw_now#*.} ;;
  esac
  read_uptime && [ -n "$pw_up" ] || return
  set -C
  { echo "$((pw_now - pw_up))" >"$pw_control/epoch"; } 2>/dev/null
  set +C
  read -r pw_epoch <"$pw_control/epoch" || pw_epoch=$((pw_now - pw_up))
}

# Sets pw_size, the size of the log. The position of our own descriptor is behind the last thing that we appended;
# what the other container appended before is known from the turn.
measure() {
  if ! { read -r pw_word pw_position </proc/self/fdinfo/9; } 2>/dev/null; then
    # ls reads the size and not the file, as wc of busybox would.
    set -- $(ls -ln "$pw_log")
    pw_position=$5
  fi
  [ "$pw_position" -le "$pw_size" ] || pw_size=$pw_position
}

# event '"name",members': appends an event.
event() {
  now
  measure
  printf '{"event":%s,"time":%s,"offset":%s,"nonce":"%s"}\n' "$1" "$pw_now" "$pw_size" "$pw_nonce" >>"$pw_control/events"
}
