package io.troupe.models.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * What oneDNN makes of this processor. oneDNN's environment variable {@code ONEDNN_MAX_CPU_ISA}
 * keeps it from using instructions, e.g. {@code AVX2} or {@code AVX512_CORE_BF16}.
 */
public final class Processor {
  private static final Path FACTS = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** What multiplies bfloat16 numbers here. */
  public static Bfloat16Support bfloat16() {
    // Each set of instructions has the bits of those that it contains.
    int instructions = dnnl.dnnl_get_effective_cpu_isa();
    if (contains(instructions, dnnl.dnnl_cpu_isa_avx512_core_amx)) {
      return Bfloat16Support.AMX;
    }
    return contains(instructions, dnnl.dnnl_cpu_isa_avx512_core_bf16)
        ? Bfloat16Support.AVX512
        : Bfloat16Support.NONE;
  }

  private static boolean contains(int instructions, int part) {
    return (instructions & part) == part;
  }

  /**
   * Names the processor and oneDNN as far as the speed of kernels may depend on them, in one line:
   * e.g. {@code Intel(R) Xeon(R) Processor, 6, 143, 8, isa 0xfef, oneDNN 3.11.0}.
   */
  public static String name() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "%s, isa 0x%x, oneDNN %d.%d.%d"
        .formatted(
            model(),
            dnnl.dnnl_get_effective_cpu_isa(),
            version.major(),
            version.minor(),
            version.patch());
  }

  /**
   * The kernel's name of the model, its family, model and stepping; elsewhere than on Linux less.
   */
  private static String model() {
    List<String> lines;
    try {
      lines = Files.readAllLines(FACTS, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
    String facts =
        Stream.of("model name", "cpu family", "model", "stepping")
            .flatMap(key -> lines.stream().filter(l -> l.split("\\s*:", 2)[0].equals(key)).limit(1))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .collect(Collectors.joining(", "));
    return facts.isEmpty() ? System.getProperty("os.arch") : facts;
  }
}
