package io.troupe.actors.cli;

import io.troupe.actors.run.RunException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Checks that the CUDA backend, if it is the one on the class path, will find a GPU that it has
 * machine code for. It must run before any ND4J class is touched: the backend itself crashes in
 * native code or gives misleading advice.
 */
final class CudaDevices {
  /** A GPU and its compute capability times ten. */
  record Device(String name, int capability) {
    /** Whether ND4J's library holds machine code for it: 3.7 to 8.6, and 8.9 by that of 8.6. */
    boolean usable() {
      return capability >= 37 && capability < 90;
    }

    @Override
    public String toString() {
      return "%s (compute capability %d.%d)".formatted(name, capability / 10, capability % 10);
    }
  }

  private static final String BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";
  private static final String QUERY = "--query-gpu=name,compute_cap";
  private static final int TIMEOUT_SECONDS = 30;
  private static final String ADVICE =
      "; to train on the CPU, unset TROUPE_BACKEND and start again; see docs/gpu.md";

  private CudaDevices() {}

  /**
   * Does nothing on the CPU backend.
   *
   * @throws RunException if there is no usable GPU; says what was found and what to do
   */
  static void check() throws RunException, InterruptedException {
    if (CudaDevices.class.getClassLoader().getResource(BACKEND) == null) {
      return;
    }
    Optional<String> problem =
        problem(query("nvidia-smi"), Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")));
    if (problem.isPresent()) {
      throw new RunException("this build trains on a GPU, but " + problem.get() + ADVICE);
    }
  }

  /**
   * What is wrong with the devices that a driver lists, if anything.
   *
   * @param output of the driver's tool
   * @param visible the variable CUDA_VISIBLE_DEVICES, if it is set
   */
  static Optional<String> problem(String output, Optional<String> visible) throws RunException {
    if (output.contains("not a valid field")) {
      // A driver that cannot tell the capability is older than all cards that are too new.
      return Optional.empty();
    }
    List<Device> devices = parse(output);
    if (devices.isEmpty()) {
      return Optional.of("the NVIDIA driver lists no device");
    }
    if (visible.isPresent() && (visible.get().isBlank() || visible.get().startsWith("-1"))) {
      return Optional.of(
          "CUDA_VISIBLE_DEVICES=%s hides all devices; unset it".formatted(visible.get()));
    }
    List<Device> unusable = devices.stream().filter(device -> !device.usable()).toList();
    String found = unusable.stream().map(Device::toString).collect(Collectors.joining(", "));
    if (unusable.size() == devices.size()) {
      return Optional.of(
          "ND4J has machine code for compute capabilities 3.7 to 8.9 only; found " + found);
    }
    if (!unusable.isEmpty() && visible.isEmpty()) {
      return Optional.of(
          ("not all devices are usable: ND4J has no machine code for %s; hide them with"
                  + " CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=%s")
              .formatted(
                  found,
                  IntStream.range(0, devices.size())
                      .filter(index -> devices.get(index).usable())
                      .mapToObj(Integer::toString)
                      .collect(Collectors.joining(","))));
    }
    return Optional.empty();
  }

  /**
   * What a driver's tool says of its devices.
   *
   * @param tool nvidia-smi
   * @throws RunException if it is missing, fails or hangs
   */
  static String query(String tool) throws RunException, InterruptedException {
    try {
      Path file = Files.createTempFile("troupe-nvidia-smi", ".txt");
      try {
        return run(tool, file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw failure("%s was not found, so there is no NVIDIA driver".formatted(tool));
    }
  }

  /** Parses lines such as {@code NVIDIA A100-SXM4-80GB, 8.0}. */
  static List<Device> parse(String output) throws RunException {
    List<Device> devices = new ArrayList<>();
    for (String line : output.lines().filter(text -> !text.isBlank()).toList()) {
      int comma = line.lastIndexOf(',');
      String capability = line.substring(comma + 1).strip();
      if (comma < 0 || !capability.matches("\\d+\\.\\d")) {
        if (line.contains("No devices were found")) {
          return List.of();
        }
        throw failure(
            "nvidia-smi %s printed \"%s\", not a name and a capability"
                .formatted(QUERY, line.strip()));
      }
      devices.add(
          new Device(
              line.substring(0, comma).strip(), Integer.parseInt(capability.replace(".", ""))));
    }
    return devices;
  }

  private static String run(String tool, Path output)
      throws IOException, RunException, InterruptedException {
    Process process =
        new ProcessBuilder(tool, QUERY, "--format=csv,noheader")
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw failure("%s did not answer within %d s".formatted(tool, TIMEOUT_SECONDS));
    }
    String text = Files.readString(output, StandardCharsets.UTF_8).strip();
    boolean listed = text.contains("No devices were found") || text.contains("not a valid field");
    if (process.exitValue() != 0 && !listed) {
      throw failure("%s failed with exit code %d: %s".formatted(tool, process.exitValue(), text));
    }
    return text;
  }

  private static RunException failure(String what) {
    return new RunException("this build trains on a GPU, but " + what + ADVICE);
  }
}
