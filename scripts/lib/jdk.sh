# Finds the JDK: $JAVA_HOME if it is set, else the path.

# Sets troupe_java, or ends the script with a message.
troupe_require_jdk() {
  troupe_java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  troupe_javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
  if ! command -v "$troupe_java" >/dev/null || ! command -v "$troupe_javac" >/dev/null; then
    echo "troupe: no JDK found (java and javac); install JDK 17 or newer, or set JAVA_HOME to one" >&2
    exit 1
  fi
  troupe_version=$("$troupe_javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  if [ "${troupe_version:-0}" -lt 17 ]; then
    echo "troupe: found $("$troupe_javac" -version 2>&1) at $(command -v "$troupe_javac"); JDK 17 or newer is needed: install it, or set JAVA_HOME to it" >&2
    exit 1
  fi
}
