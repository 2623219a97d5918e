package io.troupe.actors.cli.doctor;

import java.util.List;
import java.util.Optional;

/** What this build of the program computes with. */
enum Build {
  /** ND4J and oneDNN on the CPU. */
  CPU("native engine on the CPU"),
  /** PyTorch's library on the CPU beside it. */
  TORCH("engines native and torch, both on the CPU"),
  /** PyTorch's library for NVIDIA's GPUs. */
  TORCH_CUDA("engine torch on NVIDIA GPUs (CUDA 13), engine native on the CPU"),
  /** ND4J's CUDA backend. */
  ND4J_CUDA("ND4J on NVIDIA GPUs (CUDA 11.6)");

  private static final String TOPIC = "build";
  private static final String ND4J = "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64";
  private static final String TORCH_NATIVES = "org/bytedeco/pytorch/linux-x86_64";

  /** ND4J's kinds of natives, the fastest first, each with what the processor must have. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("-onednn-avx512", List.of("avx512f", "avx512bw", "avx512vl", "avx512dq")),
          new Kind("-onednn-avx2", List.of("avx2", "fma")),
          new Kind("-onednn", List.of()));

  private final String words;

  Build(String words) {
    this.words = words;
  }

  private record Kind(String extension, List<String> needs) {}

  static Build of(Machine machine) {
    if (machine.build().test("org/nd4j/linalg/jcublas/JCublasBackend.class")) {
      return ND4J_CUDA;
    }
    if (machine.build().test(TORCH_NATIVES + "-gpu/libtorch_cuda.so")) {
      return TORCH_CUDA;
    }
    return machine.build().test("org/bytedeco/pytorch/Tensor.class") ? TORCH : CPU;
  }

  /** Whether it needs a GPU for what it is made for. */
  boolean needsGpu() {
    return this == TORCH_CUDA || this == ND4J_CUDA;
  }

  /** What the build is made for, and whether its natives run on the processor. */
  Finding examine(Machine machine, List<String> flags) {
    Optional<Kind> kind =
        KINDS.stream()
            .filter(k -> machine.build().test(ND4J + k.extension() + "/libnd4jcpu.so"))
            .findFirst();
    if (kind.isEmpty() || flags.isEmpty()) {
      return Finding.ok(TOPIC, "engine", words);
    }
    String value = words + ", natives " + kind.get().extension().substring(1);
    if (!flags.containsAll(kind.get().needs())) {
      return Finding.problem(
          TOPIC,
          "engine",
          value,
          "this processor lacks what these natives use, and the first step would crash; unset"
              + " TROUPE_NATIVES and start again, which builds for this processor");
    }
    Kind best = KINDS.stream().filter(k -> flags.containsAll(k.needs())).findFirst().orElseThrow();
    return best.equals(kind.get())
        ? Finding.ok(TOPIC, "engine", value)
        : Finding.note(
            TOPIC,
            "engine",
            value,
            "this processor can run %s, which is faster; unset TROUPE_NATIVES"
                .formatted(best.extension().substring(1)));
  }
}
