# Chooses a locale in which the JVM can name every file.

# Where the locale knows ASCII alone, as C does, file names and arguments in other characters would be lost: sets LC_ALL to a
# locale of UTF-8, if there is one. Other locales stay, their names have their own bytes.
troupe_choose_locale() {
  troupe_charmap=$(locale charmap 2>/dev/null || echo unknown)
  case $troupe_charmap in
    ANSI_X3.4-1968 | US-ASCII | 646) ;;
    *) return 0 ;;
  esac
  for troupe_locale in C.UTF-8 C.utf8 en_US.UTF-8; do
    if [ "$(LC_ALL=$troupe_locale locale charmap 2>/dev/null)" = UTF-8 ]; then
      export LC_ALL=$troupe_locale
      return 0
    fi
  done
}
