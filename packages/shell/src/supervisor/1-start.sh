#!/bin/sh
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
pw_job=${0%/*}
pw_role=${1-}
pw_grace=5 # seconds between asking a stage to end and killing it

fail() {
  printf 'podwright supervisor: %s\n' "$1" >&2
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
        eval "pw_stage_$pw_stages=\$pw_value"
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
  pw_line=${pw_line##*) }
  case $pw_line in [ZXx]* | '') return 1 ;; esac
}
