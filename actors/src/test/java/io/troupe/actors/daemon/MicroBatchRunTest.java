package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.StepPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that choose their micro-batch by the memory. */
@Tag("process")
class MicroBatchRunTest {
  private static final ImageSpec IMAGES = ImageSpec.rgb(32, 20);
  private static final String[] AUTO = {
    "training.batch=16",
    "training.discriminator-steps=1",
    "training.micro-batch=auto",
    "network.generator-channels=12",
    "network.discriminator-channels=12"
  };

  @TempDir Path folder;

  private static RunSettings settings(String... more) {
    List<String> all = new ArrayList<>(List.of(AUTO));
    all.addAll(List.of(more));
    return TinyRun.settings(all.toArray(String[]::new));
  }

  private static String microBatch(int images) {
    return "training.micro-batch=" + images;
  }

  private static long bytes(int images) {
    return StepPlan.of(settings(microBatch(images)), IMAGES, CompiledGraph::plan).resultBytes();
  }

  /** Mebibytes into which steps fit with a micro-batch, and not with twice as many images. */
  private static String memoryFor(int images) {
    long mebibytes = (bytes(images) >> 20) + 1;
    assertThat(mebibytes << 20).isLessThan(bytes(2 * images));
    return "compute.memory-mb=" + mebibytes;
  }

  private TrainingRun start(String name, String... more) throws RunException {
    return TrainingRun.start(settings(more), folder.resolve(name));
  }

  @Test
  void aRunChoosesWhatFitsAndKeepsItElsewhere() throws Exception {
    TrainingRun run = start("run", memoryFor(4), "training.steps=5");
    assertThat(run.status().toCompletableFuture().get().microBatch()).isEqualTo(4);
    assertThat(run.choices()).singleElement().asString().startsWith("training.micro-batch = 4: ");
    assertThat(run.batch()).isEqualTo("16 images a step, in micro-batches of 4");
    assertThat(run.await().failed()).isFalse();
    Path root = folder.resolve("run");
    JsonNode chosen = TinyRun.events(root, "chosen").get(0);
    assertThat(chosen.get("key").asText()).isEqualTo("training.micro-batch");
    assertThat(chosen.get("to").asText()).isEqualTo("4");
    assertThat(chosen.get("because").asText())
        .contains("plans %d MiB".formatted(bytes(4) >> 20), "compute.memory-mb is ");
    assertThat(Files.readString(new RunDirectory(root).config()))
        .contains("training.micro-batch = 4\n");

    // With more memory, and given the same command again.
    TrainingRun second = start("run", "training.steps=8");
    assertThat(second.choices()).isEmpty();
    assertThat(second.await().failed()).isFalse();
    assertThat(TinyRun.events(root, "chosen")).hasSize(1);
    TrainingRun whole = start("whole", microBatch(4), "training.steps=8");
    assertThat(whole.await().failed()).isFalse();
    assertThat(TinyRun.sha256(root, 8)).isEqualTo(TinyRun.sha256(folder.resolve("whole"), 8));

    // With less.
    assertThatThrownBy(() -> start("run", memoryFor(2), "training.steps=12"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "training.batch = 16 and training.micro-batch = 4 plans %d MiB"
                .formatted(bytes(4) >> 20),
            "compute.memory-mb is",
            "training.micro-batch = 2 would fit");
  }

  @Test
  void anotherMicroBatchIsAChangeFromAStepOn() throws Exception {
    assertThat(start("run", microBatch(8), "training.steps=3").await().failed()).isFalse();
    TrainingRun run = start("run", microBatch(2), "training.steps=1000000");
    assertThat(run.changes()).extracting(Object::toString).anyMatch(c -> c.contains("micro-batch"));
    Path root = folder.resolve("run");
    RunAnswer answer =
        run.command(
                to -> new RunCommand.ChangeSettings(List.of("training.batch=32"), to),
                Duration.ofMinutes(1))
            .toCompletableFuture()
            .get();
    run.stop().toCompletableFuture().get();
    run.await();
    assertThat(((RunAnswer.Invalid) answer).reason())
        .contains("training.batch cannot change while the run goes on");
    assertThat(TinyRun.events(root, "settings"))
        .anyMatch(
            event ->
                event.get("key").asText().equals("training.micro-batch")
                    && event.get("from_step").asLong() == 4);
  }

  @Test
  void whatCannotFitAtAllIsRefusedWithTheBytes() {
    String much = "network.generator-channels=64";
    long least =
        StepPlan.of(settings(much, microBatch(1)), IMAGES, CompiledGraph::plan).resultBytes();
    assertThatThrownBy(() -> start("run", much, "compute.memory-mb=1"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "does not fit the memory with training.micro-batch = 1, the least",
            "%d MiB".formatted(least >> 20),
            "compute.memory-mb is 1");
    assertThat(new RunDirectory(folder.resolve("run")).config()).doesNotExist();
  }

  /** By JavaCPP's limit. */
  @Test
  void aProcessWithASmallHeapChoosesAsItsMemoryAllows() throws Exception {
    int chosen =
        chosenByChild(List.of(), "-Xmx96m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=800m");
    assertThat(chosen).isBetween(1, 32);
  }

  @Test
  @Tag("nightly")
  void aControlGroupsLimitCounts() throws Exception {
    Optional<Path> group = ControlGroup.make(800L << 20);
    assumeTrue(group.isPresent(), "no control group with a memory limit can be made here");
    try {
      int chosen =
          chosenByChild(
              List.of(
                  "sh",
                  "-c",
                  "echo $$ > %s/cgroup.procs && exec \"$@\"".formatted(group.get()),
                  "sh"),
              "-Xmx96m",
              "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
      assertThat(chosen).isBetween(1, 32);
    } finally {
      Files.delete(group.get());
    }
  }

  /** The steps of these networks would fit alone, and are refused before any memory is taken. */
  @Test
  @Tag("nightly")
  void networksCountBesidesTheSteps() throws Exception {
    String text =
        child(
            LargeChild.class,
            List.of(),
            "-Xmx256m",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=700m");
    assertThat(text)
        .containsPattern(
            "plans 1?\\d\\d MiB of intermediate results, and of \\d+ MiB that are free")
        .containsPattern("networks and batches take \\d{3,4};");
  }

  /** What a run in another process chooses; it fails there if it does not train. */
  private int chosenByChild(List<String> wrapper, String... jvm) throws Exception {
    child(Child.class, wrapper, jvm);
    Path root = folder.resolve("child");
    JsonNode chosen = TinyRun.events(root, "chosen").get(0);
    assertThat(chosen.get("because").asText()).contains("MiB are left for them");
    assertThat(TinyRun.events(root, "step")).hasSize(1);
    return chosen.get("to").asInt();
  }

  /** What another process says; it has to end well. */
  private String child(Class<?> main, List<String> wrapper, String... jvm) throws Exception {
    Path root = folder.resolve("child");
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvm));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            root.toString()));
    Process child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(child.waitFor()).as(Files.readString(output)).isZero();
    return Files.readString(output);
  }

  /** The start of a BigGAN with large networks and a small batch, which says why it is refused. */
  static final class LargeChild {
    private LargeChild() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      try {
        TrainingRun.start(
            settings(
                "network.generator-channels=256",
                "network.discriminator-channels=256",
                "training.batch=8",
                microBatch(0)),
            Path.of(arguments[0]));
        System.exit(1);
      } catch (RunException e) {
        System.out.println(e.getMessage());
        System.exit(0);
      }
    }
  }

  /** One step of a BigGAN whose batch takes 364 MiB. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      RunSettings settings =
          SettingsLoader.with(
              settings("network.generator-channels=96", "network.discriminator-channels=96"),
              Map.of(
                  "training.batch", "64",
                  "training.steps", "1"));
      TrainingRun.Outcome outcome = TrainingRun.start(settings, Path.of(arguments[0])).await();
      System.exit(outcome.failed() ? 1 : 0);
    }
  }

  /** Control groups below this process's own. */
  private static final class ControlGroup {
    private ControlGroup() {}

    /** A folder with a limit; empty if this process may not make one. */
    static Optional<Path> make(long bytes) throws IOException {
      String name = "troupe-test-" + ProcessHandle.current().pid();
      for (String line :
          Files.readAllLines(Path.of("/proc/self/cgroup"), StandardCharsets.US_ASCII)) {
        String[] parts = line.split(":", 3);
        boolean first = parts[1].equals("memory");
        if (!first && !parts[1].isEmpty()) {
          continue;
        }
        Path group =
            Path.of("/sys/fs/cgroup" + (first ? "/memory" : ""), parts[2].substring(1), name);
        Path limit = group.resolve(first ? "memory.limit_in_bytes" : "memory.max");
        try {
          Files.createDirectory(group);
          if (Files.isWritable(limit)) {
            Files.writeString(limit, Long.toString(bytes));
            return Optional.of(group);
          }
          Files.delete(group);
        } catch (IOException e) {
          // Not allowed, or another version's folder: the next one may do.
          if (Files.isDirectory(group)) {
            Files.delete(group);
          }
        }
      }
      return Optional.empty();
    }
  }
}
