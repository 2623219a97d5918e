# Builds Troupe from its sources.

# Whether the program under $app, a link, is that of the sources and the backend.
troupe_is_built() {
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$backend" ] && [ -d "$app" ] &&
    [ -z "$(cd "$root" && find pom.xml .mvn config/pom.xml config/defaults.conf config/presets */pom.xml */src/main \
      ! -path 'bench/*' -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

# Builds the program if need be, and sets app to its folder, which stays as it is while a process uses it. Of several that do
# so at once one builds and the others wait.
troupe_build_if_needed() {
  app=$root/actors/target/app
  stamp=$root/actors/target/app.stamp
  troupe_is_built || troupe_build_alone
  app=$(CDPATH='' cd -- "$app" && pwd -P)
  # The JVM inherits the lock, by which a build in another container or on another machine sees that the folder is used.
  if command -v flock >/dev/null && [ -r "$app/used.lock" ]; then
    exec 8<"$app/used.lock"
    flock -sn 8 || :
  fi
}

troupe_build_alone() {
  mkdir -p "$root/target" 2>/dev/null || :
  if ! [ -w "$root/target" ]; then
    echo "troupe: the program must be built first, and there is no permission to write to $root/target; build it as its owner by scripts/troupe --version" >&2
    exit 1
  fi
  (
    if command -v flock >/dev/null; then
      if ! flock -n 9; then
        echo "troupe: waiting for another build of $root" >&2
        flock 9
      fi
    fi
    troupe_is_built || troupe_build
  ) 9>"$root/target/build.lock"
}

troupe_build() {
  log=$root/target/build.log
  echo "troupe: building (the first time takes a few minutes) ..." >&2
  rm -rf "$root/actors/target/dist" "$stamp"
  echo "$backend" >"$root/target/app.stamp"
  : >"$log"
  # Maven stays in the foreground, where Ctrl-C reaches it; a shell starts what it does not wait for with Ctrl-C ignored.
  troupe_tell_build "$log" "$$" >&2 9>&- &
  troupe_teller=$!
  troupe_code=0
  # shellcheck disable=SC2086 # the backend's options are words
  (cd "$root" && ./mvnw -B -Dmaven.test.skip=true $backend -pl actors -am package) >"$log" 2>&1 || troupe_code=$?
  kill "$troupe_teller" 2>/dev/null || :
  wait "$troupe_teller" 2>/dev/null || :
  if [ -t 2 ]; then
    printf '\r\033[K' >&2
  fi
  if [ "$troupe_code" != 0 ]; then
    grep -E '^\[(WARNING|ERROR)\]' "$log" >&2 || cat "$log" >&2
    echo "troupe: the build failed; the whole output is in $log" >&2
    exit 1
  fi
  # Moved away from where Maven writes, and beside what was built before: a daemon goes on reading its own jars.
  troupe_new=$app-$(date +%Y%m%d-%H%M%S)-$$
  mv "$root/actors/target/dist" "$troupe_new"
  : >"$troupe_new/used.lock"
  if [ -L "$app" ]; then
    rm -f "$app"
  else
    rm -rf "$app"
  fi
  ln -s "${troupe_new##*/}" "$app"
  # The stamp is older than what was changed during the build.
  mv "$root/target/app.stamp" "$stamp"
  for troupe_old in "$app"-*; do
    # Processes are started with the path without links.
    if [ "$troupe_old" != "$troupe_new" ] && ! troupe_is_used "$(CDPATH='' cd -- "$troupe_old" && pwd -P)"; then
      rm -rf "$troupe_old" || echo "troupe: $troupe_old, an earlier build, stays" >&2
    fi
  done
  echo "troupe: built" >&2
}

# Whether a process was started with files of a folder: it shares the lock, unless it is of a build that had none, and has the
# folder's path among its arguments.
troupe_is_used() {
  if command -v flock >/dev/null && [ -e "$1/used.lock" ] && ! flock -xn "$1/used.lock" true 2>/dev/null &&
    flock -sn "$1/used.lock" true 2>/dev/null; then
    return 0
  fi
  if [ -d /proc/self ]; then
    grep -aqsF "$1/" /proc/[0-9]*/cmdline
  else
    case $(ps -axww -o command=) in
      *"$1/"*) ;;
      *) return 1 ;;
    esac
  fi
}

# Shows that a build is alive while a process lives: troupe_tell_build LOG PROCESS. On a terminal one line is painted over
# every second; in a log there is a line for each module, and one every 20 seconds.
troupe_tell_build() {
  troupe_begin=$(date +%s)
  troupe_told=
  troupe_told_at=0
  while kill -0 "$2" 2>/dev/null; do
    troupe_seconds=$(($(date +%s) - troupe_begin))
    troupe_module=$(sed -n 's/^\[INFO\] Building \(Troupe.*\)$/\1/p' "$1" | tail -n 1 | tr -s ' ')
    troupe_files=$(grep -c '^\[INFO\] Downloaded from' "$1" || :)
    troupe_line="${troupe_module:-reading the modules}"
    if [ "$troupe_files" != 0 ]; then
      troupe_line="$troupe_line, $troupe_files files downloaded"
    fi
    troupe_line="troupe: building, $troupe_seconds s: $troupe_line"
    if [ -t 2 ]; then
      printf '\r%s\033[K' "$troupe_line" >&2
    elif [ "$troupe_module" != "$troupe_told" ] || [ $((troupe_seconds - troupe_told_at)) -ge 20 ]; then
      troupe_told=$troupe_module
      troupe_told_at=$troupe_seconds
      echo "$troupe_line" >&2
    fi
    sleep 1
  done
}
