# Lets the system's loader find what the engine torch links.

# troupe_find_libraries JARS: exports LD_LIBRARY_PATH with, in this order, the folder that PyTorch's libraries are unpacked
# to from the jars in a folder, what the variable held, and CUDA's libraries among Python's packages and beside /usr/local/cuda.
# The first comes first because another PyTorch that the system has would be mixed with this one, and crash. So JARS may be one
# jar, where those for other devices lie beside it. Does nothing if there is no PyTorch among the jars.
troupe_find_libraries() {
  troupe_folders=
  case $1 in
    *.jar) ;;
    *) set -- "$1"/pytorch-*-linux-*.jar ;;
  esac
  for troupe_jar; do
    [ -f "$troupe_jar" ] || return 0
    troupe_name=${troupe_jar##*/}
    troupe_platform=linux-${troupe_name##*-linux-}
    troupe_platform=${troupe_platform%.jar}
    # The loader remembers folders that are missing when it first looks.
    troupe_unpacked=$HOME/.javacpp/cache/$troupe_name/org/bytedeco/pytorch/$troupe_platform
    mkdir -p "$troupe_unpacked"
    troupe_add_folder "$troupe_unpacked"
  done
  [ -z "${LD_LIBRARY_PATH:-}" ] || troupe_add_folder "$LD_LIBRARY_PATH"
  case $troupe_platform in
    *-gpu)
      for troupe_folder in $(troupe_python_libraries) /usr/local/cuda-13*/lib64; do
        [ ! -d "$troupe_folder" ] || troupe_add_folder "$troupe_folder"
      done
      ;;
  esac
  export LD_LIBRARY_PATH="$troupe_folders"
}

troupe_add_folder() {
  troupe_folders=${troupe_folders:+$troupe_folders:}$1
}

# Prints the folders of NVIDIA's libraries that pip installed for the Python on the path.
troupe_python_libraries() {
  command -v python3 >/dev/null || return 0
  python3 -c 'import glob, os, sys
for path in sys.path:
    for folder in sorted(glob.glob(os.path.join(glob.escape(path), "nvidia", "*", "lib"))):
        print(folder)' 2>/dev/null || :
}
