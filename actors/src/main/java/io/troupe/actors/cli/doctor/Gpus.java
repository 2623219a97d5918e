package io.troupe.actors.cli.doctor;

import io.troupe.actors.cli.doctor.Machine.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** NVIDIA's GPUs as the driver tells them. */
final class Gpus {
  private static final String TOPIC = "devices";
  private static final String CAPABILITY = "\\d+\\.\\d";

  /** Drivers before this one cannot run CUDA 13. */
  private static final int DRIVER_OF_CUDA_13 = 580;

  private Gpus() {}

  /**
   * A GPU.
   *
   * @param capability compute capability times ten
   */
  record Gpu(String name, String driver, String memoryMb, String freeMb, int capability) {
    /**
     * Whether PyTorch's library holds machine code for it; there is none that drivers translate.
     */
    boolean runsTorch() {
      int major = capability / 10;
      return capability == 75 || major == 8 || major == 9 || major == 10 || major == 12;
    }

    /** Whether ND4J's CUDA backend holds machine code for it. */
    boolean runsNd4j() {
      return capability >= 37 && capability < 90;
    }

    boolean runs(Build build) {
      return build == Build.ND4J_CUDA ? runsNd4j() : runsTorch();
    }
  }

  /** The GPUs, or why there are none that this build can use. */
  static List<Finding> examine(Machine machine, Build build) throws InterruptedException {
    Optional<Output> output =
        machine.output(
            "nvidia-smi",
            "--query-gpu=name,driver_version,memory.total,memory.free,compute_cap",
            "--format=csv,noheader,nounits");
    if (output.isEmpty()) {
      return List.of(
          none(
              build,
              "no NVIDIA driver (nvidia-smi is not on the path)",
              "install NVIDIA's driver, version %d or newer; in a container, start it with access"
                  + " to the GPU (--gpus all)"));
    }
    String text = output.get().text();
    List<Gpu> gpus = parse(text);
    if (gpus.isEmpty()) {
      return List.of(
          none(
              build,
              output.get().code() == 0
                  ? "the driver lists no GPU"
                  : "nvidia-smi failed with exit code %d: %s"
                      .formatted(output.get().code(), text.lines().findFirst().orElse("")),
              "check the card and the container's access to it; after an update of the driver"
                  + " (%d or newer) restart the machine"));
    }
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < gpus.size(); i++) {
      findings.add(finding("GPU " + i, gpus.get(i), build));
    }
    String visible = machine.environment().get("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      findings.add(visible(visible, gpus.size(), build));
    }
    return findings;
  }

  private static Finding visible(String visible, int gpus, Build build) {
    int seen = seen(visible, gpus);
    String value = "\"%s\", so that a process sees %d of %d".formatted(visible, seen, gpus);
    return seen == 0 && build.needsGpu()
        ? Finding.problem(
            TOPIC,
            "CUDA_VISIBLE_DEVICES",
            value,
            "it hides all devices; unset it, or set it to one of the numbers above")
        : Finding.ok(TOPIC, "CUDA_VISIBLE_DEVICES", value);
  }

  /** CUDA sees those before the first that is not there; what is no number is a card's own name. */
  private static int seen(String visible, int gpus) {
    int seen = 0;
    for (String device : visible.strip().split(" *, *", -1)) {
      boolean there =
          device.matches("\\d{1,6}")
              ? Integer.parseInt(device) < gpus
              : device.startsWith("GPU-") || device.startsWith("MIG-");
      if (!there) {
        return seen;
      }
      seen++;
    }
    return seen;
  }

  private static Finding none(Build build, String value, String advice) {
    return build.needsGpu()
        ? Finding.problem(TOPIC, "GPU", value, advice.formatted(DRIVER_OF_CUDA_13))
        : Finding.ok(TOPIC, "GPU", value + "; this build does not need one");
  }

  private static Finding finding(String name, Gpu gpu, Build build) {
    String value =
        "%s, %s MB, %s MB free, compute capability %d.%d, driver %s"
            .formatted(
                gpu.name(),
                gpu.memoryMb(),
                gpu.freeMb(),
                gpu.capability() / 10,
                gpu.capability() % 10,
                gpu.driver());
    if (!build.needsGpu()) {
      return gpu.runsTorch() || gpu.runsNd4j()
          ? Finding.note(TOPIC, name, value, idle(gpu))
          : Finding.ok(TOPIC, name, value + "; too old for any build");
    }
    if (!gpu.runs(build)) {
      return Finding.problem(
          TOPIC,
          name,
          value,
          "this build has no machine code for it"
              + (gpu.runsTorch() ? "; TROUPE_BACKEND=torch-cuda has" : "")
              + (gpu.runsNd4j() ? "; TROUPE_BACKEND=cuda has" : "")
              + "; see docs/gpu.md");
    }
    if (build == Build.TORCH_CUDA && driverMajor(gpu) < DRIVER_OF_CUDA_13) {
      return Finding.problem(
          TOPIC,
          name,
          value,
          "CUDA 13 needs driver %d or newer; update the driver".formatted(DRIVER_OF_CUDA_13));
    }
    return Finding.ok(TOPIC, name, value);
  }

  private static String idle(Gpu gpu) {
    return gpu.runsTorch()
        ? "this build leaves it idle; TROUPE_BACKEND=torch-cuda makes one that trains on it with"
            + " compute.engine = torch and compute.device = cuda, and scripts/gpu-check tries it;"
            + " see docs/gpu.md"
        : "this build leaves it idle; TROUPE_BACKEND=cuda makes one that trains on it, see"
            + " docs/gpu.md";
  }

  private static int driverMajor(Gpu gpu) {
    String major = gpu.driver().replaceFirst("\\..*", "");
    return major.matches("\\d{1,6}") ? Integer.parseInt(major) : 0;
  }

  /** Lines such as {@code NVIDIA A100, 580.65.06, 81920, 81000, 8.0}; others are passed over. */
  static List<Gpu> parse(String output) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : output.lines().toList()) {
      List<String> parts = List.of(line.strip().split(" *, *"));
      int last = parts.size() - 1;
      if (last < 4 || !parts.get(last).matches(CAPABILITY)) {
        continue;
      }
      gpus.add(
          new Gpu(
              String.join(", ", parts.subList(0, last - 3)),
              parts.get(last - 3),
              parts.get(last - 2),
              parts.get(last - 1),
              Integer.parseInt(parts.get(last).replace(".", ""))));
    }
    return gpus;
  }
}
