# How the launcher was called, for hints that can be pasted.

# troupe_name LAUNCHER: prints its name alone if the shell finds it by that, else LAUNCHER as it is
troupe_name() {
  if [ "$(command -v "$(basename "$1")" 2>/dev/null || :)" = "$1" ]; then
    basename "$1"
  else
    printf '%s\n' "$1"
  fi
}
