# What processes that compute run with: the memory that counts is off-heap, and native.

# Sets memory to the JVM's options, and the environment of the native libraries.
troupe_for_computing() {
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
