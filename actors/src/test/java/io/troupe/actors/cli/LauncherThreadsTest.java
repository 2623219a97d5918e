package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many threads processes that compute begin with, as the launcher's script chooses. */
@Tag("process")
class LauncherThreadsTest {
  private static final Path SCRIPT = Path.of("../scripts/lib/compute.sh").toAbsolutePath();

  private record Ended(int code, String out, String err) {}

  @TempDir private Path folder;

  private Ended shell(String script, Optional<String> threads) throws Exception {
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-euc", ". '%s'; %s".formatted(SCRIPT, script))
            .redirectError(errors.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("OMP_NUM_THREADS");
    threads.ifPresent(value -> environment.put("OMP_NUM_THREADS", value));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return new Ended(process.waitFor(), out, Files.readString(errors).strip());
  }

  /** A list is for nested loops, which there are none of, and ends ND4J's start. */
  @ParameterizedTest
  @CsvSource({"3, 3", "' 12 ', 12", "'8,1', 8", "'8 , 4,2', 8", "9999, 9999"})
  void areTheFirstNumberOfTheVariable(String variable, String threads) throws Exception {
    assertThat(shell("troupe_for_computing; echo $OMP_NUM_THREADS", Optional.of(variable)))
        .isEqualTo(new Ended(0, threads, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-2", "two", "4x", "10000", "04", "x,2"})
  void anythingElseIsRefused(String variable) throws Exception {
    Ended ended = shell("troupe_for_computing; echo computes", Optional.of(variable));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("troupe: OMP_NUM_THREADS is \"%s\";".formatted(variable))
        .contains("from 1 to 9999");
  }

  /**
   * By itself OpenMP takes as many as there are processors, whatever a container may use of them.
   */
  @ParameterizedTest
  @CsvSource({
    "200000 100000, 2",
    "150000 100000, 2",
    "50000 100000, 1",
    "25000 50000, 1",
    "max 100000, ''"
  })
  void aContainersQuotaIsSoManyProcessors(String quota, String processors) throws Exception {
    Path group = Files.createDirectories(folder.resolve("fs/user/service"));
    Files.writeString(group.resolve("cpu.max"), quota + "\n");

    assertThat(quota("0::/user/service")).isEqualTo(new Ended(0, processors, ""));
  }

  @ParameterizedTest
  @CsvSource({"300000, 100000, 3", "-1, 100000, ''"})
  void soItIsInControlGroupsOfTheFirstVersion(String quota, String period, String processors)
      throws Exception {
    // Beside it is the second version's, without this controller, as on machines that have both.
    Path group = Files.createDirectories(folder.resolve("fs/cpu/user/service"));
    Files.writeString(group.resolve("cpu.cfs_quota_us"), quota + "\n");
    Files.writeString(group.resolve("cpu.cfs_period_us"), period + "\n");

    assertThat(
            quota(
                "5:cpuset:/\n4:cpu,cpuacct:/user/service\n1:name=systemd:/other\n0::/user/service"))
        .isEqualTo(new Ended(0, processors, ""));
  }

  /** Groups above have quotas too, as a user's slice has on a machine for many. */
  @Test
  void theLeastOfAllGroupsAboveCounts() throws Exception {
    Path group = Files.createDirectories(folder.resolve("fs/user/service"));
    Files.writeString(group.resolve("cpu.max"), "max 100000\n");
    Files.writeString(group.resolveSibling("cpu.max"), "200000 100000\n");
    assertThat(quota("0::/user/service")).isEqualTo(new Ended(0, "2", ""));
    Files.writeString(group.resolve("cpu.max"), "600000 100000\n");
    assertThat(quota("0::/user/service")).isEqualTo(new Ended(0, "2", ""));
    Files.writeString(group.resolve("cpu.max"), "100000 100000\n");
    assertThat(quota("0::/user/service")).isEqualTo(new Ended(0, "1", ""));
  }

  /** Its name may be that of outside, and its files those of the mount itself. */
  @ParameterizedTest
  @ValueSource(strings = {"0::/", "0::/docker/1234", "0::/../.."})
  void aContainersGroupIsTheMount(String group) throws Exception {
    Files.createDirectories(folder.resolve("fs"));
    Files.writeString(folder.resolve("fs/cpu.max"), "300000 100000\n");
    assertThat(quota(group)).isEqualTo(new Ended(0, "3", ""));
  }

  @Test
  void withoutControlGroupsThereIsNoQuota() throws Exception {
    assertThat(shell("troupe_quota '%s/none' '%s'".formatted(folder, folder), Optional.empty()))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(quota("5:cpuset:/")).isEqualTo(new Ended(0, "", ""));
  }

  private Ended quota(String groups) throws Exception {
    Path file = folder.resolve("cgroup");
    Files.writeString(file, groups + "\n");
    return shell("troupe_quota '%s' '%s'".formatted(file, folder.resolve("fs")), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 1", "8, 8, none", "9, 8, none", "'', 8, none"})
  void aQuotaOfFewerThanThereAreHolds(String quota, String processors, String threads)
      throws Exception {
    assertThat(
            shell(
                "troupe_quota() { echo '%s'; }; nproc() { echo %s; }; troupe_choose_threads; echo ${OMP_NUM_THREADS:-none}"
                    .formatted(quota, processors),
                Optional.empty()))
        .isEqualTo(new Ended(0, threads, ""));
  }

  @Test
  void aVariableWithoutNumberIsNone() throws Exception {
    assertThat(
            shell(
                "troupe_quota() { :; }; troupe_choose_threads; echo ${OMP_NUM_THREADS-none}",
                Optional.of("")))
        .isEqualTo(new Ended(0, "none", ""));
  }
}
