# What processes that compute run with: the memory that counts is off-heap, and native.

# Sets memory to the JVM's options, and the environment of the native libraries.
troupe_for_computing() {
  troupe_choose_threads
  # A small heap that grows slowly.
  memory="-Xmx3g -Xms64m -XX:+UseSerialGC"
  # Large native buffers are allocated and freed in each step: keep them instead of mapping them anew.
  export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-4294967296}"
  export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-8589934592}"
  # Each start of the training loop has new threads, to which glibc gives memory from arenas in turn, by default eight for each core;
  # what is freed stays with its arena, so that the process grows until each has been as large as a loop.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  # On huge pages: transformations of convolutions jump between many places, each on a page of its own.
  export GLIBC_TUNABLES="${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}"
  # Compute threads that spin while they wait take the cores from evaluation, workers and other processes.
  export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
}

# OpenMP takes a list for nested loops, or as many threads as there are processors, where a container or a service may have
# fewer; our loops and ND4J, whose start a list ends, want one number: sets OMP_NUM_THREADS to it, unless all processors are meant.
troupe_choose_threads() {
  troupe_threads=$(printf %s "${OMP_NUM_THREADS:-}" | tr -d ' \t')
  case ${troupe_threads%%,*} in
    [1-9] | [1-9][0-9] | [1-9][0-9][0-9] | [1-9][0-9][0-9][0-9])
      export OMP_NUM_THREADS="${troupe_threads%%,*}"
      return 0
      ;;
    '') unset OMP_NUM_THREADS ;;
    *)
      printf 'troupe: OMP_NUM_THREADS is "%s"; it has to be a number of threads, from 1 to 9999, or not set\n' "$OMP_NUM_THREADS" >&2
      exit 2
      ;;
  esac
  troupe_threads=$(troupe_quota /proc/self/cgroup /sys/fs/cgroup)
  if [ -n "$troupe_threads" ] && [ "$troupe_threads" -lt "$(nproc)" ]; then
    export OMP_NUM_THREADS="$troupe_threads"
  fi
}

# To how many processors the time comes, rounded up, that a process may take by its control group and those above it; nothing
# if all: troupe_quota CGROUP_FILE MOUNT, of both versions.
troupe_quota() {
  [ -r "$1" ] || return 0
  troupe_least=
  # As 4:cpu,cpuacct:/a/b in the first version and 0::/a/b in the second.
  troupe_group=$(sed -n 's/^[0-9]*:\([^:]*,\)\{0,1\}cpu\(,[^:]*\)\{0,1\}://p' "$1" | head -n 1)
  if [ -n "$troupe_group" ]; then
    troupe_mount=$2/cpu
  else
    troupe_mount=$2
    troupe_group=$(sed -n 's/^0:://p' "$1")
  fi
  # In a container the group may be named as outside, where the mount does not have it: the mount itself is the container's.
  while :; do
    troupe_allowed=$(troupe_quota_of "$troupe_mount${troupe_group%/}")
    if [ -n "$troupe_allowed" ] && [ "$troupe_allowed" -lt "${troupe_least:-$((troupe_allowed + 1))}" ]; then
      troupe_least=$troupe_allowed
    fi
    case $troupe_group in
      /?*) troupe_group=${troupe_group%/*} ;;
      *) break ;;
    esac
  done
  echo "$troupe_least"
}

# The same of one group's folder alone.
troupe_quota_of() {
  troupe_allowed=max
  if [ -r "$1/cpu.max" ]; then
    read -r troupe_allowed troupe_period <"$1/cpu.max"
  elif [ -r "$1/cpu.cfs_quota_us" ] && [ -r "$1/cpu.cfs_period_us" ]; then
    read -r troupe_allowed <"$1/cpu.cfs_quota_us"
    read -r troupe_period <"$1/cpu.cfs_period_us"
  fi
  case $troupe_allowed in
    max | -1) ;;
    *) echo $(((troupe_allowed + troupe_period - 1) / troupe_period)) ;;
  esac
}
