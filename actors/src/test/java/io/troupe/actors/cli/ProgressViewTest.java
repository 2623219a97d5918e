package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.Helper;
import io.troupe.actors.RunState;
import io.troupe.actors.Status;
import io.troupe.actors.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ProgressViewTest {
  private static Status status(Trouble... troubles) {
    return new Status(
        "1.2",
        7,
        "demo",
        "runs/r1",
        RunState.RUNNING,
        12,
        100,
        1,
        OptionalDouble.of(43.21),
        OptionalDouble.of(0.5),
        6,
        OptionalDouble.of(44),
        Optional.empty(),
        OptionalDouble.of(1.25),
        OptionalDouble.of(-0.5),
        Map.of("fid", 4.0, "fid_exact", 4.1),
        OptionalLong.of(10),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        0,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        List.of(troubles));
  }

  @Test
  void figuresAreInOneLine() {
    assertThat(ProgressView.line(status()))
        .isEqualTo("step 12 of 100  D 1.25  G -0.50  43.2 images/s  fid 4.00");
  }

  @Test
  void whatFailsStandsBeforeTheFigures() {
    assertThat(
            ProgressView.line(
                status(
                    new Trouble(Helper.JOURNAL, "disk full", Instant.EPOCH, 1, false),
                    new Trouble(Helper.CHECKPOINTER, "disk full", Instant.EPOCH, 4, false))))
        .startsWith("step 12 of 100  failing: journal, checkpointer  D 1.25");
  }
}
