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
