package io.troupe.actors.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cli.doctor.Finding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor on machines made of files: their processors, drivers and libraries. */
@Tag("process")
final class DoctorTest {
  private static final String ND4J = "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64";
  private static final String AVX2 = "fpu sse2 avx2 fma";
  private static final String SAPPHIRE_RAPIDS =
      AVX2 + " avx512f avx512bw avx512vl avx512dq avx512_bf16 amx_bf16 amx_tile";
  private static final Set<String> CPU = Set.of(ND4J + "-onednn-avx512/libnd4jcpu.so");
  private static final Set<String> TORCH_CUDA =
      Set.of(
          ND4J + "-onednn-avx512/libnd4jcpu.so",
          "org/bytedeco/pytorch/Tensor.class",
          "org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so");
  private static final Set<String> ND4J_CUDA =
      Set.of("org/nd4j/linalg/jcublas/JCublasBackend.class");
  private static final String H100 = "NVIDIA H100 80GB HBM3, 580.159.04, 81559, 81000, 9.0";

  @TempDir private Path root;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeMachine() throws IOException {
    write("proc/cpuinfo", "model name\t: A Processor\nflags\t\t: %s\n".formatted(SAPPHIRE_RAPIDS));
    write("proc/meminfo", "MemTotal: 33554432 kB\nMemAvailable:   25165824 kB\n");
    Files.createDirectories(root.resolve("bin"));
    environment.put("PATH", root.resolve("bin").toString());
  }

  @Test
  void aProcessorAndMemoryAreShownAsLinuxTellsThem() throws Exception {
    List<Finding> findings = examine(CPU);

    assertThat(value(findings, "model")).startsWith("A Processor, ");
    assertThat(value(findings, "vector units")).isEqualTo("AVX2, AVX-512, bfloat16, AMX");
    assertThat(value(findings, "main memory")).isEqualTo("32.0 GB, 24.0 GB free");
    assertThat(value(findings, "engine"))
        .isEqualTo("native engine on the CPU, natives onednn-avx512");
    assertThat(value(findings, "version")).startsWith(System.getProperty("java.version"));
    assertThat(findings).noneMatch(finding -> finding.state() == State.PROBLEM);
    assertThat(findings).noneMatch(finding -> finding.topic().equals("libraries"));
  }

  @Test
  void nativesThatTheProcessorCannotRunAreAProblem() throws Exception {
    write("proc/cpuinfo", "flags : %s\n".formatted(AVX2));

    Finding engine = find(examine(CPU), "engine");
    assertThat(engine.state()).isEqualTo(State.PROBLEM);
    assertThat(engine.advice()).contains("would crash", "TROUPE_NATIVES");
  }

  @Test
  void slowerNativesThanTheProcessorsBestAreNoted() throws Exception {
    Finding engine = find(examine(Set.of(ND4J + "-onednn-avx2/libnd4jcpu.so")), "engine");

    assertThat(engine.state()).isEqualTo(State.NOTE);
    assertThat(engine.advice()).contains("can run onednn-avx512");
  }

  @Test
  void withoutAvx2AndMemoryThereIsAdvice() throws Exception {
    write("proc/cpuinfo", "model name : Old\nflags : fpu sse2\n");
    write("proc/meminfo", "MemTotal: 4194304 kB\nMemAvailable: 1048576 kB\n");
    List<Finding> findings = examine(Set.of());

    assertThat(value(findings, "vector units"))
        .isEqualTo("none; without AVX2, AVX-512, bfloat16, AMX");
    assertThat(find(findings, "vector units").state()).isEqualTo(State.NOTE);
    assertThat(find(findings, "main memory").state()).isEqualTo(State.NOTE);
  }

  @ParameterizedTest
  @CsvSource({"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"})
  void aContainersLimitCounts(String file) throws Exception {
    write(file, "2147483648\n");
    Finding memory = find(examine(CPU), "main memory");

    assertThat(memory.value()).endsWith("of which this container may use 2.0 GB");
    assertThat(memory.state()).isEqualTo(State.NOTE);
  }

  @Test
  void noLimitIsNoLimit() throws Exception {
    write("sys/fs/cgroup/memory.max", "max\n");

    assertThat(value(examine(CPU), "main memory")).isEqualTo("32.0 GB, 24.0 GB free");
  }

  @Test
  void aMachineThatTellsNothingHasOnlyWhatJavaKnows() throws Exception {
    Files.delete(root.resolve("proc/cpuinfo"));
    Files.delete(root.resolve("proc/meminfo"));
    List<Finding> findings = examine(CPU);

    assertThat(value(findings, "model")).startsWith(System.getProperty("os.arch"));
    assertThat(findings).noneMatch(finding -> finding.state() == State.PROBLEM);
  }

  @Test
  void aGpuThatThisBuildLeavesIdleIsPointedOut() throws Exception {
    nvidiaSmi(H100, 0);
    Finding gpu = find(examine(CPU), "GPU 0");

    assertThat(gpu.value())
        .isEqualTo(
            "NVIDIA H100 80GB HBM3, 81559 MB, 81000 MB free, compute capability 9.0, driver"
                + " 580.159.04");
    assertThat(gpu.state()).isEqualTo(State.NOTE);
    assertThat(gpu.advice()).contains("TROUPE_BACKEND=torch-cuda makes one", "scripts/gpu-check");

    nvidiaSmi("Tesla P100, 470.65.06, 16384, 16000, 6.0", 0);
    assertThat(find(examine(CPU), "GPU 0").advice()).contains("TROUPE_BACKEND=cuda makes one");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5,false,false", "3.7,false,true", "7.0,false,true", "7.5,true,true", "8.0,true,true",
    "8.9,true,true", "9.0,true,false", "10.3,true,false", "11.0,false,false", "12.0,true,false",
  })
  void buildsRunOnTheGpusThatTheyHaveMachineCodeFor(String capability, boolean torch, boolean nd4j)
      throws Exception {
    nvidiaSmi("A card, 580.65.06, 8192, 8000, " + capability, 0);

    assertThat(find(examine(TORCH_CUDA), "GPU 0").state() == State.OK).isEqualTo(torch);
    assertThat(find(examine(ND4J_CUDA), "GPU 0").state() == State.OK).isEqualTo(nd4j);
    if (!torch) {
      assertThat(find(examine(TORCH_CUDA), "GPU 0").advice()).contains("no machine code for it");
    }
  }

  @Test
  void anOldDriverIsAProblemOfCuda13() throws Exception {
    nvidiaSmi("NVIDIA A100, 535.104.05, 81920, 81000, 8.0", 0);

    assertThat(find(examine(TORCH_CUDA), "GPU 0").advice()).contains("driver 580 or newer");
    assertThat(find(examine(ND4J_CUDA), "GPU 0").state()).isEqualTo(State.OK);
  }

  @Test
  void withoutAUsableDriverABuildForGpusCannotTrain() throws Exception {
    assertThat(find(examine(TORCH_CUDA), "GPU").value()).contains("nvidia-smi is not on the path");
    assertThat(find(examine(TORCH_CUDA), "GPU").state()).isEqualTo(State.PROBLEM);
    assertThat(find(examine(CPU), "GPU").state()).isEqualTo(State.OK);

    nvidiaSmi("NVIDIA-SMI has failed because it could not communicate with the driver.", 9);
    assertThat(find(examine(TORCH_CUDA), "GPU").value())
        .isEqualTo(
            "nvidia-smi failed with exit code 9: NVIDIA-SMI has failed because it could not"
                + " communicate with the driver.");

    nvidiaSmi("No devices were found", 0);
    assertThat(find(examine(TORCH_CUDA), "GPU").value()).isEqualTo("the driver lists no GPU");
  }

  @Test
  void hiddenDevicesAreAProblemOfABuildForGpusOnly() throws Exception {
    nvidiaSmi(H100, 0);
    environment.put("CUDA_VISIBLE_DEVICES", "-1");

    assertThat(find(examine(TORCH_CUDA), "CUDA_VISIBLE_DEVICES").state()).isEqualTo(State.PROBLEM);
    assertThat(find(examine(CPU), "CUDA_VISIBLE_DEVICES").state()).isEqualTo(State.OK);
    environment.put("CUDA_VISIBLE_DEVICES", "0");
    assertThat(find(examine(TORCH_CUDA), "CUDA_VISIBLE_DEVICES").state()).isEqualTo(State.OK);
  }

  /** As CUDA reads the variable: a device that is not there hides those behind it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1          | 1",
        "0,1        | 2",
        "1,5,0      | 1",
        "5          | 0",
        "''         | 0",
        "-1         | 0",
        "0,-1,1     | 1",
        "GPU-8932   | 1",
        "none       | 0",
      })
  void devicesThatAProcessSeesAreCounted(String visible, int count) throws Exception {
    nvidiaSmi(H100 + "\n" + H100, 0);
    environment.put("CUDA_VISIBLE_DEVICES", visible);

    Finding finding = find(examine(TORCH_CUDA), "CUDA_VISIBLE_DEVICES");
    assertThat(finding.value()).endsWith("so that a process sees %d of 2".formatted(count));
    assertThat(finding.state()).isEqualTo(count == 0 ? State.PROBLEM : State.OK);
  }

  @Test
  void librariesAreFoundByPathByCacheAndInTheToolkit() throws Exception {
    Finding none = find(examine(TORCH_CUDA), "CUDA 13");
    assertThat(none.state()).isEqualTo(State.PROBLEM);
    assertThat(none.value()).startsWith("11 of 11 are missing: libcudart.so.13, ");
    assertThat(value(examine(TORCH_CUDA), "cuDNN 9")).isEqualTo("libcudnn.so.9 is missing");
    assertThat(find(examine(TORCH_CUDA), "cuDNN 9").advice())
        .startsWith("python3 -m pip install nvidia-cudnn-cu13;");

    write("wheels/libcudart.so.13", "");
    environment.put("LD_LIBRARY_PATH", root.resolve("absent") + ":" + root.resolve("wheels"));
    write("usr/local/cuda/lib64/libcufft.so.12", "");
    tool("ldconfig", "echo '\tlibcublas.so.13 (libc6,x86-64) => /opt/x/libcublas.so.13'", 0);
    Finding some = find(examine(TORCH_CUDA), "CUDA 13");
    assertThat(some.value())
        .isEqualTo(
            "8 of 11 are missing: libcublasLt.so.13, libcurand.so.10, libcusolver.so.12,"
                + " libcusparse.so.12, libnvJitLink.so.13, libcufile.so.0, libcupti.so.13,"
                + " libnccl.so.2");
    assertThat(some.advice())
        .startsWith("python3 -m pip install nvidia-cublas nvidia-curand ")
        .doesNotContain("nvidia-cufft", "nvidia-cuda-runtime");

    write("wheels/libcudnn.so.9", "");
    assertThat(value(examine(TORCH_CUDA), "cuDNN 9"))
        .isEqualTo("found in " + root.resolve("wheels"));
  }

  @Test
  void aFolderThatIsNotThereYetIsMeasuredWhereItWillBe() throws Exception {
    List<Finding> findings =
        Doctor.examine(machine(CPU), root.resolve("not/yet"), root.resolve("bin"));

    assertThat(value(findings, "runs")).endsWith(" GB free for " + root.resolve("not/yet"));
  }

  @Test
  void anOldJavaIsAProblem() {
    assertThat(Host.java("11.0.2", "Somebody", 11).advice()).isEqualTo("install Java 17 or newer");
  }

  private List<Finding> examine(Set<String> build) throws InterruptedException {
    return Doctor.examine(machine(build), root, root);
  }

  private Machine machine(Set<String> build) {
    return new Machine(root, environment, build::contains);
  }

  private static Finding find(List<Finding> findings, String name) {
    return findings.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private static String value(List<Finding> findings, String name) {
    return find(findings, name).value();
  }

  private void nvidiaSmi(String output, int code) throws IOException {
    tool("nvidia-smi", "echo '%s'".formatted(output), code);
  }

  private void tool(String name, String action, int code) throws IOException {
    Path file = root.resolve("bin").resolve(name);
    Files.writeString(file, "#!/bin/sh\n%s\nexit %d\n".formatted(action, code));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
