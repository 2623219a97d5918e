# Finds Java: $JAVA_HOME if it is set, else the path.

# For running: sets troupe_java, or ends the script with a message.
troupe_require_java() {
  troupe_java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  if ! command -v "$troupe_java" >/dev/null; then
    echo "troupe: no Java found${JAVA_HOME:+ below JAVA_HOME=$JAVA_HOME}; install a Java runtime 17 or newer, or set JAVA_HOME to one" >&2
    exit 1
  fi
  troupe_require_17 "$troupe_java" "$("$troupe_java" -version 2>&1 | sed -n 's/.* version "\(.*\)".*/java \1/p')"
}

# For building: sets troupe_java, or ends the script with a message.
troupe_require_jdk() {
  troupe_java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  troupe_javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
  if ! command -v "$troupe_java" >/dev/null || ! command -v "$troupe_javac" >/dev/null; then
    echo "troupe: no JDK found (java and javac)${JAVA_HOME:+ below JAVA_HOME=$JAVA_HOME}; install JDK 17 or newer, or set JAVA_HOME to one" >&2
    exit 1
  fi
  troupe_require_17 "$troupe_javac" "$("$troupe_javac" -version 2>&1 | sed -n 's/^javac /&/p')"
}

# troupe_require_17 PROGRAM TEXT: of a version such as "javac 17.0.2"; Java 8 calls itself 1.8.
troupe_require_17() {
  troupe_version=$(printf %s "$2" | sed -n 's/^[a-z]* \([0-9]*\).*/\1/p')
  if [ "${troupe_version:-0}" -lt 17 ]; then
    echo "troupe: found ${2:-no version} at $(command -v "$1"); Java 17 or newer is needed: install it, or set JAVA_HOME to it" >&2
    exit 1
  fi
}
