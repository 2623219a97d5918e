# Chooses the natives of ND4J's CPU backend by what this processor can do.

# Prints the classifier extension, e.g. -onednn-avx2; nothing where there is only one kind. TROUPE_NATIVES chooses it.
troupe_natives() {
  if [ -n "${TROUPE_NATIVES:-}" ]; then
    echo "$TROUPE_NATIVES"
    return 0
  fi
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) ;;
    *) return 0 ;;
  esac
  troupe_flags=" $(grep -m 1 '^flags' /proc/cpuinfo 2>/dev/null) "
  if troupe_has avx512f avx512bw avx512vl avx512dq; then
    echo -onednn-avx512
  elif troupe_has avx2 fma; then
    echo -onednn-avx2
  else
    echo -onednn
  fi
}

troupe_has() {
  for troupe_flag; do
    case "$troupe_flags" in
      *" $troupe_flag "*) ;;
      *) return 1 ;;
    esac
  done
}

# Prints Maven's arguments for the backend, which are words.
troupe_backend() {
  case "${TROUPE_BACKEND:-cpu} $(uname -s)-$(uname -m)" in
    torch\ Linux-x86_64 | torch-cuda\ Linux-x86_64 | torch\ Darwin-arm64) ;;
    torch\ * | torch-cuda\ *)
      echo "troupe: TROUPE_BACKEND=$TROUPE_BACKEND is for Linux on x86-64, and torch for macOS on ARM too, not for $(uname -s) on $(uname -m): PyTorch's library is not published for it" >&2
      return 2
      ;;
  esac
  case "${TROUPE_BACKEND:-cpu}" in
    cpu) echo "-Dnd4j.extension=$(troupe_natives)" ;;
    torch) echo "-Dnd4j.extension=$(troupe_natives) -Ptorch" ;;
    torch-cuda) echo "-Dnd4j.extension=$(troupe_natives) -Ptorch,torch-cuda" ;;
    cuda) echo -Pcuda ;;
    *)
      echo "troupe: TROUPE_BACKEND is \"$TROUPE_BACKEND\"; allowed: cpu, torch, torch-cuda or cuda" >&2
      return 2
      ;;
  esac
}
