package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** oneDNN reads its environment variable once, so that a child process has another processor. */
@Tag("process")
class ProcessorTest {
  @ParameterizedTest
  @CsvSource({
    "SSE41, NONE",
    "AVX2, NONE",
    "AVX512_CORE, NONE",
    "AVX512_CORE_BF16, AVX512",
    "AVX512_CORE_AMX, AMX"
  })
  void isLimitedByOneDnn(String instructions, Bfloat16Support most) throws Exception {
    Bfloat16Support here = Processor.bfloat16();
    assertThat(child(instructions)[0]).isEqualTo((here.compareTo(most) < 0 ? here : most).name());
  }

  @Test
  void hasANameThatTellsItsInstructions() throws Exception {
    assertThat(Processor.name())
        .matches("[^\\n]+, isa 0x[0-9a-f]+, oneDNN \\d+\\.\\d+\\.\\d+")
        .isEqualTo(child("DEFAULT")[1])
        .isNotEqualTo(child("SSE41")[1]);
  }

  private static String[] child(String instructions) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName());
    builder.environment().put("ONEDNN_MAX_CPU_ISA", instructions);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.split("\n");
  }

  /** Tells of the processor. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println(Processor.bfloat16());
      System.out.println(Processor.name());
    }
  }
}
