package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.cli.CudaDevices.Device;
import io.troupe.actors.run.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CudaDevicesTest {
  private static final String A100 = "NVIDIA A100, 8.0\n";
  private static final String H100 = "NVIDIA H100, 9.0\n";

  @TempDir private Path folder;

  @Test
  void onTheCpuBackendThereIsNothingToCheck() throws Exception {
    CudaDevices.check();
  }

  @Test
  void namesAndCapabilitiesAreParsed() throws Exception {
    assertThat(CudaDevices.parse("NVIDIA A100-SXM4, rev. 2, 8.0\n\nTesla K80, 3.7\n"))
        .containsExactly(new Device("NVIDIA A100-SXM4, rev. 2", 80), new Device("Tesla K80", 37));
    assertThat(CudaDevices.parse("No devices were found\n")).isEmpty();
    assertThat(CudaDevices.parse("")).isEmpty();
  }

  @Test
  void aDriverThatDoesNotKnowTheQuestionPasses() throws Exception {
    assertThat(
            CudaDevices.problem(
                "Field \"compute_cap\" is not a valid field to query.\n", Optional.empty()))
        .isEmpty();
  }

  @Test
  void otherOutputIsShown() {
    assertThatThrownBy(() -> CudaDevices.problem("what?\n", Optional.empty()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("what?");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5,false",
    "3.7,true",
    "5.0,true",
    "7.5,true",
    "8.6,true",
    "8.9,true",
    "9.0,false",
    "10.0,false",
    "12.0,false"
  })
  void capabilities37To89AreUsable(String capability, boolean usable) throws Exception {
    assertThat(CudaDevices.problem("GPU, " + capability, Optional.empty()))
        .matches(problem -> problem.isEmpty() == usable);
  }

  @Test
  void aDeviceThatIsTooNewIsNamed() throws Exception {
    assertThat(CudaDevices.problem(H100, Optional.of("0")).orElseThrow())
        .contains("NVIDIA H100 (compute capability 9.0)", "3.7 to 8.9");
  }

  @Test
  void noDeviceAndHiddenDevicesAreProblems() throws Exception {
    assertThat(CudaDevices.problem("No devices were found", Optional.empty())).isPresent();
    assertThat(CudaDevices.problem(A100, Optional.of(""))).isPresent();
    assertThat(CudaDevices.problem(A100, Optional.of("-1"))).isPresent();
    assertThat(CudaDevices.problem(A100, Optional.of("0"))).isEmpty();
  }

  @Test
  void unusableDevicesBesideUsableOnesAreToBeHidden() throws Exception {
    String mixed = A100 + H100 + A100;

    assertThat(CudaDevices.problem(mixed, Optional.empty()).orElseThrow())
        .contains("CUDA_VISIBLE_DEVICES=0,2");
    assertThat(CudaDevices.problem(mixed, Optional.of("0,2"))).isEmpty();
  }

  @Test
  void theDriversToolIsRun() throws Exception {
    assertThat(CudaDevices.query(tool("echo 'NVIDIA A10, 8.6'"))).isEqualTo("NVIDIA A10, 8.6");
    assertThat(CudaDevices.query(tool("echo 'No devices were found'; exit 6")))
        .isEqualTo("No devices were found");
  }

  @Test
  void aToolThatFailsOrIsMissingIsAnErrorThatSaysWhatToDo() throws Exception {
    String failing = tool("echo 'NVIDIA-SMI has failed: no driver'; exit 9");
    assertThatThrownBy(() -> CudaDevices.query(failing))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("exit code 9: NVIDIA-SMI has failed: no driver")
        .hasMessageContaining("unset TROUPE_BACKEND")
        .hasMessageContaining("docs/gpu.md");
    assertThatThrownBy(() -> CudaDevices.query(folder.resolve("missing").toString()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("no NVIDIA driver")
        .hasMessageContaining("unset TROUPE_BACKEND");
  }

  private String tool(String script) throws Exception {
    Path tool = Files.createTempFile(folder, "nvidia-smi", "");
    Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    return tool.toString();
  }
}
