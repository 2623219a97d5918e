# Runs a program and says what happened if it ended by a crash, which it cannot say itself.

# Prints the run directory of 'train ...', as the command itself understands its options.
troupe_run_directory() {
  troupe_run=
  troupe_preset=demo
  while [ $# -gt 0 ]; do
    case $1 in
      --run-dir=*) troupe_run=${1#*=} ;;
      --preset=*) troupe_preset=${1#*=} ;;
      --run-dir) troupe_run=${2:-} ;;
      --preset) troupe_preset=${2:-} ;;
    esac
    shift
  done
  troupe_run=${troupe_run:-runs/$troupe_preset}
  case $troupe_run in
    /* | . | .. | ./* | ../*) ;;
    *)
      for troupe_runs in runs "${root:-.}/runs"; do
        if [ ! -e "$troupe_run" ] && [ -e "$troupe_runs/$troupe_run/config.conf" ]; then
          troupe_run=$troupe_runs/$troupe_run
        fi
      done
      ;;
  esac
  printf %s "$troupe_run"
}

# Passes a signal on. Until there is a program it is kept for it.
troupe_pass_on() {
  troupe_signal=$1
  if [ -n "$troupe_program" ]; then
    kill "-$1" "$troupe_program" 2>/dev/null || :
  fi
}

# Runs a program and exits with its exit code: troupe_watch RUN_DIRECTORY COMMAND...
# The run directory may be empty. Signals that end the launcher's process are the program's to hear; it was started with
# Ctrl-C ignored, as a shell starts what it does not wait for at once, and gets SIGTERM in its place.
troupe_watch() {
  troupe_run=$1
  shift
  troupe_program=
  troupe_signal=
  troupe_interrupted=
  trap 'troupe_pass_on TERM' TERM
  trap 'troupe_interrupted=yes; troupe_pass_on TERM' INT
  trap 'troupe_pass_on HUP' HUP
  trap : QUIT
  if [ -n "$troupe_run" ]; then
    rm -f "$troupe_run/daemon.crash"
  fi
  exec 3<&0
  "$@" <&3 3<&- &
  troupe_program=$!
  exec 3<&-
  if [ -n "$troupe_signal" ]; then
    kill "-$troupe_signal" "$troupe_program" 2>/dev/null || :
  fi
  # A signal ends the waiting, not the program.
  while :; do
    troupe_code=0
    wait "$troupe_program" || troupe_code=$?
    kill -0 "$troupe_program" 2>/dev/null || break
  done
  troupe_report=
  for troupe_folder in "${troupe_run:-.}" . "${TMPDIR:-/tmp}" /tmp; do
    if [ -f "$troupe_folder/hs_err_pid$troupe_program.log" ]; then
      troupe_report=$troupe_folder/hs_err_pid$troupe_program.log
      break
    fi
  done
  # A JVM that may not dump core ends with 1 after its report; one that ended by a signal that it hears says 128 and more.
  case $troupe_code in
    129 | 130 | 143) ;;
    12[89] | 1[3-9]? | 2??) troupe_say_crash ;;
    *) if [ -n "$troupe_report" ]; then troupe_say_crash; fi ;;
  esac
  if [ -n "$troupe_interrupted" ] && [ "$troupe_code" = 143 ]; then
    exit 130
  fi
  exit "$troupe_code"
}

# Says in a sentence what happened, where the report is and what to do; for a run, also in its file daemon.crash, which
# 'status' shows.
troupe_say_crash() {
  if [ "$troupe_code" = 137 ]; then
    troupe_what="was killed (exit code 137), by somebody or because the machine's memory ran out"
  else
    troupe_what="crashed in native code (exit code $troupe_code)"
  fi
  if [ -n "$troupe_report" ]; then
    troupe_report="; the report is $troupe_report"
  else
    troupe_report="; there is no report"
  fi
  troupe_next=
  troupe_daemon=$(cat "$troupe_run/daemon.pid" 2>/dev/null || :)
  if [ -n "$troupe_run" ] && [ "$troupe_daemon" = "$troupe_program" ]; then
    troupe_step=$(ls "$troupe_run/checkpoints" 2>/dev/null |
      sed -n 's/^step-0*\([0-9][0-9]*\)\.ckpt$/\1/p' | sort -n | tail -n 1)
    troupe_next="; the same command goes on from step ${troupe_step:-0}"
  fi
  troupe_sentence="process $troupe_program $troupe_what$troupe_report$troupe_next"
  echo "troupe: $troupe_sentence" >&2
  if [ -n "$troupe_next" ]; then
    echo "$troupe_sentence" >"$troupe_run/daemon.crash" || :
  fi
}
