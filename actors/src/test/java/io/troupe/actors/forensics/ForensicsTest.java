package io.troupe.actors.forensics;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import io.troupe.actors.sampling.SampleGrid;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TensorNorms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class ForensicsTest {
  @TempDir private Path folder;

  private final TestInbox<Forensics.Event> listener = TestInbox.create();

  private static Evidence evidence(long step) {
    SampleGrid grid = new SampleGrid(1, 1, ImageSpec.rgb(4, 1), 1);
    StepResult last =
        new StepResult(
            step,
            0.5,
            -2,
            1,
            -1,
            0.75,
            1.25,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Map.of("gradient_penalty", 3.0),
            1,
            1);
    return new Evidence(
        step,
        "the loss is NaN",
        List.of(last),
        List.of(new TensorNorms("generator", "linear.weight", 1, 2, 3)),
        grid,
        grid);
  }

  @Test
  void writesWhatItIsGivenAndKeepsTheNewestFolders() throws Exception {
    Path root = folder.resolve("forensics");
    BehaviorTestKit<Forensics.Command> forensics =
        BehaviorTestKit.create(Forensics.create(root, listener.getRef()));
    for (long step = 7; step >= 1; step--) {
      forensics.run(new Forensics.Write(evidence(step)));
      Path written = root.resolve("step-00000000" + step);
      assertThat(listener.receiveMessage()).isEqualTo(new Forensics.Written(step, written));
      // A second apart, whatever the file system's clock is.
      Files.setLastModifiedTime(written, FileTime.fromMillis(1_000_000 - 1000 * step));
    }
    try (Stream<Path> kept = Files.list(root)) {
      assertThat(kept.map(one -> one.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "step-000000001",
              "step-000000002",
              "step-000000003",
              "step-000000004",
              "step-000000005");
    }
    Path one = root.resolve("step-000000001");
    assertThat(one.resolve("reason.txt")).hasContent("the loss is NaN");
    assertThat(Files.readAllLines(one.resolve("steps.csv")))
        .endsWith("1,0.5,-2.0,1.0,-1.0,0.75,1.25,gradient_penalty=3.0");
    assertThat(Files.readAllLines(one.resolve("norms.csv")))
        .endsWith("generator,linear.weight,1.0,2.0,3.0");
    assertThat(one.resolve("real.png")).isNotEmptyFile();
    assertThat(one.resolve("generated.png")).isNotEmptyFile();
  }

  @Test
  void whatCannotBeWrittenIsTold() throws Exception {
    Path root = Files.writeString(folder.resolve("forensics"), "in the way");
    BehaviorTestKit<Forensics.Command> forensics =
        BehaviorTestKit.create(Forensics.create(root, listener.getRef()));
    forensics.run(new Forensics.Write(evidence(1)));
    assertThat(listener.receiveMessage())
        .isInstanceOfSatisfying(
            Forensics.WriteFailed.class,
            failed -> assertThat(failed.reason()).contains(root.toString()));
  }
}
