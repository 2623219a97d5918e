package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the launcher builds for each backend, and where the libraries of the engine torch are looked
 * for.
 */
@Tag("process")
class BackendTest {
  private static final Path LIBRARY = Path.of("../scripts/lib").toAbsolutePath();

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  @ParameterizedTest
  @CsvSource({
    "cpu,-Dnd4j.extension=-mine",
    "torch,-Dnd4j.extension=-mine -Ptorch",
    "torch-cuda,'-Dnd4j.extension=-mine -Ptorch,torch-cuda'",
    "cuda,-Pcuda",
  })
  void eachBackendIsABuildOfItsOwn(String backend, String arguments) throws Exception {
    assertThat(natives("TROUPE_NATIVES=-mine; TROUPE_BACKEND=" + backend))
        .isEqualTo(new Result(0, arguments, ""));
  }

  @Test
  void anUnknownBackendIsRefusedWithTheKnownOnes() throws Exception {
    assertThat(natives("TROUPE_BACKEND=gpu"))
        .isEqualTo(
            new Result(
                2,
                "",
                "troupe: TROUPE_BACKEND is \"gpu\"; allowed: cpu, torch, torch-cuda or cuda"));
  }

  @ParameterizedTest
  @CsvSource({
    "torch, Linux, aarch64, false",
    "torch-cuda, Linux, aarch64, false",
    "torch, Darwin, arm64, true",
    "torch-cuda, Darwin, arm64, false",
    "cpu, Linux, aarch64, true",
  })
  void whatPyTorchIsNotPublishedForIsRefused(
      String backend, String system, String processor, boolean allowed) throws Exception {
    Result result =
        natives(
            "uname() { case $1 in -s) echo %s ;; *) echo %s ;; esac; }; TROUPE_NATIVES=-mine; TROUPE_BACKEND=%s"
                .formatted(system, processor, backend));
    assertThat(result.code()).isEqualTo(allowed ? 0 : 2);
    assertThat(result.err())
        .isEqualTo(
            allowed
                ? ""
                : ("troupe: TROUPE_BACKEND=%s is for Linux on x86-64, and torch for macOS on ARM"
                        + " too, not for %s on %s: PyTorch's library is not published for it")
                    .formatted(backend, system, processor));
  }

  @Test
  void withoutPyTorchTheLoadersPathStays() throws Exception {
    assertThat(libraries("LD_LIBRARY_PATH=/mine").out()).isEqualTo("/mine");
  }

  @Test
  void itsOwnLibrariesComeBeforeThoseOfTheSystemAndCudasAreFoundAmongPythonsPackages()
      throws Exception {
    Files.createFile(folder.resolve("pytorch-2.10.0-1.5.13-linux-x86_64-gpu.jar"));
    Path own = unpacked("linux-x86_64-gpu");
    Path cuda = Files.createDirectories(folder.resolve("site/nvidia/cu13/lib"));
    Path cudnn = Files.createDirectories(folder.resolve("site/nvidia/cudnn/lib"));
    python("'%s' '%s' '/not/there'".formatted(cuda, cudnn));

    // Whatever this machine has beside /usr/local/cuda comes last.
    assertThat(libraries("LD_LIBRARY_PATH=/mine").out())
        .startsWith("%s:/mine:%s:%s".formatted(own, cuda, cudnn))
        .doesNotContain("/not/there");
    assertThat(own).isDirectory();
  }

  @Test
  void aBuildForTheCpuLooksForNoCuda() throws Exception {
    Files.createFile(folder.resolve("pytorch-2.10.0-1.5.13-linux-x86_64.jar"));
    python("'%s'".formatted(Files.createDirectories(folder.resolve("cuda"))));

    assertThat(libraries("").out())
        .endsWith("-linux-x86_64.jar/org/bytedeco/pytorch/linux-x86_64")
        .doesNotContain(":");
  }

  /** As Maven's folder has them, of which a benchmark's class path has one. */
  @Test
  void ofTwoBuildsInAFolderTheOneThatIsNamedIsFound() throws Exception {
    Path cpu = Files.createFile(folder.resolve("pytorch-2.10.0-1.5.13-linux-x86_64.jar"));
    Path gpu = Files.createFile(folder.resolve("pytorch-2.10.0-1.5.13-linux-x86_64-gpu.jar"));
    python("'%s'".formatted(Files.createDirectories(folder.resolve("cuda"))));

    assertThat(libraries("LD_LIBRARY_PATH=/mine", cpu).out())
        .isEqualTo(unpacked("linux-x86_64") + ":/mine");
    assertThat(libraries("LD_LIBRARY_PATH=/mine", gpu).out())
        .startsWith("%s:/mine:%s".formatted(unpacked("linux-x86_64-gpu"), folder.resolve("cuda")));
    assertThat(libraries("LD_LIBRARY_PATH=/mine", folder.resolve("other.jar")).out())
        .isEqualTo("/mine");
  }

  /** Where the library of a platform is unpacked to. */
  private Path unpacked(String platform) {
    return folder.resolve(
        ".javacpp/cache/pytorch-2.10.0-1.5.13-%1$s.jar/org/bytedeco/pytorch/%1$s"
            .formatted(platform));
  }

  /** A Python that prints these words, a line each. */
  private void python(String words) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path python = Files.writeString(bin.resolve("python3"), "#!/bin/sh\nprintf '%s\\n' " + words);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
  }

  private Result natives(String variables) throws Exception {
    return shell("%s; . '%s/natives.sh'; troupe_backend".formatted(variables, LIBRARY));
  }

  private Result libraries(String variables) throws Exception {
    return libraries(variables, folder);
  }

  private Result libraries(String variables, Path jars) throws Exception {
    return shell(
        "%s; HOME='%s'; PATH='%s/bin':$PATH; . '%s/torch.sh'; troupe_find_libraries '%s'; echo $LD_LIBRARY_PATH"
            .formatted(variables.isEmpty() ? ":" : variables, folder, folder, LIBRARY, jars));
  }

  private Result shell(String script) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-euc", script)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("LD_LIBRARY_PATH");
    builder.environment().remove("TROUPE_NATIVES");
    int code = builder.start().waitFor();
    return new Result(
        code, Files.readString(out, UTF_8).strip(), Files.readString(err, UTF_8).strip());
  }
}
