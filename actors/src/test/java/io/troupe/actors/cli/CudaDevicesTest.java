package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.RunException;
import io.troupe.actors.cli.CudaDevices.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CudaDevicesTest {
  private static final Device A100 = new Device("NVIDIA A100", 80);
  private static final Device H100 = new Device("NVIDIA H100", 90);

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
  void aDriverThatDoesNotKnowTheQuestionIsTooOld() {
    assertThatThrownBy(
            () -> CudaDevices.parse("Field \"compute_cap\" is not a valid field to query.\n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("older than 510");
  }

  @ParameterizedTest
  @CsvSource({
    "35,false",
    "37,true",
    "50,true",
    "75,true",
    "86,true",
    "89,true",
    "90,false",
    "100,false",
    "120,false"
  })
  void capabilities37To89AreUsable(int capability, boolean usable) {
    assertThat(new Device("GPU", capability).usable()).isEqualTo(usable);
    assertThat(CudaDevices.problem(List.of(new Device("GPU", capability)), Optional.empty()))
        .matches(problem -> problem.isEmpty() == usable);
  }

  @Test
  void aDeviceThatIsTooNewIsNamed() {
    assertThat(CudaDevices.problem(List.of(H100), Optional.of("0")).orElseThrow())
        .contains("NVIDIA H100 (compute capability 9.0)", "3.7 to 8.9");
  }

  @Test
  void noDeviceAndHiddenDevicesAreProblems() {
    assertThat(CudaDevices.problem(List.of(), Optional.empty())).isPresent();
    assertThat(CudaDevices.problem(List.of(A100), Optional.of(""))).isPresent();
    assertThat(CudaDevices.problem(List.of(A100), Optional.of("-1"))).isPresent();
    assertThat(CudaDevices.problem(List.of(A100), Optional.of("0"))).isEmpty();
  }

  @Test
  void unusableDevicesBesideUsableOnesAreToBeHidden() {
    List<Device> mixed = List.of(A100, H100, A100);

    assertThat(CudaDevices.problem(mixed, Optional.empty()).orElseThrow())
        .contains("CUDA_VISIBLE_DEVICES=0,2");
    assertThat(CudaDevices.problem(mixed, Optional.of("0,2"))).isEmpty();
  }

  @Test
  void theDriversToolIsRun() throws Exception {
    assertThat(CudaDevices.query(tool("echo 'NVIDIA A10, 8.6'")))
        .containsExactly(new Device("NVIDIA A10", 86));
    assertThat(CudaDevices.query(tool("echo 'No devices were found'; exit 6"))).isEmpty();
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
