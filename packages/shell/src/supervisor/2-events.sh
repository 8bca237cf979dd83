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
  pw_read=${pw_read%.*}${pw_read#*.}
  while :; do case $pw_read in 0?*) pw_read=${pw_read#0} ;; *) break ;; esac done
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
    *) pw_now=${pw_now%???????} pw_now=${pw_now%.*}${pw_now#*.} ;;
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
  pw_json="{\"event\":$1,\"time\":$pw_now,\"offset\":$pw_size,\"nonce\":\"$pw_nonce\"}"
}

record() {
  case $pw_strategy in
    attach) printf '%s\n' "$pw_json" >>"$pw_control/events" ;;
    exec) printf '%s\n' "$pw_json" >&2 ;;
  esac
}

# mark DESCRIPTOR: puts the event into the log too, where a stage's output begins and ends.
mark() {
  printf '\036%s%s\036' "$pw_nonce" "$pw_json" >&"$1"
}

stage_started() {
  describe "\"stage_started\",\"stage\":\"$pw_name\",\"attempt\":$pw_attempt"
  record
  mark 9
}

# stage_finished DESCRIPTOR: of the log.
stage_finished() {
  pw_text="\"stage_finished\",\"stage\":\"$pw_name\",\"attempt\":$pw_attempt,\"exit_code\":$pw_code"
  [ "$pw_why" = - ] || pw_text="$pw_text,\"stopped\":\"$pw_why\""
  [ "$pw_ooms" = 0 ] || pw_text="$pw_text,\"oom_kills\":$pw_ooms"
  describe "$pw_text"
  mark "$1"
  record
}
