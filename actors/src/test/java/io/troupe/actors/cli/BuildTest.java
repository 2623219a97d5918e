package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How scripts/troupe builds the program in a checkout; Maven is made up. */
@Tag("process")
class BuildTest {
  private static final Path LIBRARY = Path.of("..", "scripts", "lib", "build.sh").toAbsolutePath();

  @TempDir private Path root;
  private String path = "";

  @BeforeEach
  void makeCheckout() throws Exception {
    Files.createDirectories(root.resolve("actors/src/main"));
    Files.createDirectories(root.resolve("config/presets"));
    for (String name :
        new String[] {"pom.xml", "config/pom.xml", "config/defaults.conf", "actors/pom.xml"}) {
      Files.writeString(root.resolve(name), "");
    }
    Files.createDirectories(root.resolve(".mvn"));
    Path maven = root.resolve("mvnw");
    Files.writeString(
        maven, "#!/bin/sh\nmkdir -p actors/target/dist\necho $$ >actors/target/dist/troupe.jar\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The folder of the program, which is built if need be. */
  private Path built(String backend) throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-euc",
                "PATH='%s'$PATH; . '%s'; root='%s'; backend='%s'; troupe_build_if_needed; echo \"$app\""
                    .formatted(path, LIBRARY, root.toRealPath(), backend))
            .redirectError(root.resolve("errors").toFile())
            .start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(Files.readString(root.resolve("errors"))).isZero();
    assertThat(Path.of(said).resolve("troupe.jar")).exists();
    return Path.of(said);
  }

  @Test
  void isBuiltOnceAndAnewWhereSourcesOrBackendAreOthers() throws Exception {
    Path first = built("cpu");
    assertThat(built("cpu")).isEqualTo(first);
    Path other = built("torch");
    assertThat(other).isNotEqualTo(first);
    Path source = root.resolve("config/defaults.conf");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(built("torch")).isNotEqualTo(other);
  }

  /** Also where the folder of what is built is a link, as to a larger disk. */
  @Test
  void aLivingDaemonKeepsItsJarsOnAnotherDisk() throws Exception {
    Path disk = Files.createDirectories(root.resolve("disk"));
    Files.createSymbolicLink(root.resolve("actors/target"), disk);
    aLivingDaemonKeepsItsJars();
  }

  /**
   * As of a daemon in a container, or on another machine: its process is not seen, or has another
   * path.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aDaemonThatIsNotSeenKeepsItsJars() throws Exception {
    built("cpu");
    Process daemon =
        new ProcessBuilder(
                "sh",
                "-euc",
                ". '%s'; root='%s'; backend=cpu; troupe_build_if_needed; cd /; app=; exec sh -c 'echo holds; read word'"
                    .formatted(LIBRARY, root.toRealPath()))
            .redirectError(root.resolve("errors").toFile())
            .start();
    Path first = built("cpu");
    try {
      assertThat(daemon.inputReader().readLine()).isEqualTo("holds");
      built("torch");
      assertThat(first.resolve("troupe.jar")).exists();
    } finally {
      daemon.destroyForcibly().waitFor();
    }
    built("cpu");
    assertThat(first).doesNotExist();
  }

  /** The program is there, whatever of those before cannot be removed. */
  @Test
  void anEarlierBuildThatCannotBeRemovedIsNoFailure() throws Exception {
    Path first = built("cpu");
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path refusing = bin.resolve("rm");
    Files.writeString(
        refusing, "#!/bin/sh\ncase $* in *app-*) exit 1 ;; esac\nexec /bin/rm \"$@\"\n");
    Files.setPosixFilePermissions(refusing, PosixFilePermissions.fromString("rwxr-xr-x"));
    path = bin + ":";

    Path second = built("torch");
    assertThat(second).isNotEqualTo(first);
    assertThat(Files.readString(root.resolve("errors")))
        .contains(first.getFileName() + ", an earlier build, stays");
    assertThat(built("torch")).isEqualTo(second);
  }

  /** Else classes that it has not needed yet would be those of another version, or none. */
  @Test
  void aLivingDaemonKeepsItsJars() throws Exception {
    Path first = built("cpu");
    Process daemon =
        new ProcessBuilder(
                "sh", "-c", "read word", "daemon", first.resolve("troupe.jar").toString())
            .start();
    try {
      Path second = built("torch");
      assertThat(second).isNotEqualTo(first);
      assertThat(first.resolve("troupe.jar")).exists();
    } finally {
      daemon.destroyForcibly().waitFor();
    }
    Path third = built("cpu");
    assertThat(first).doesNotExist();
    assertThat(third.resolve("troupe.jar")).exists();
  }
}
