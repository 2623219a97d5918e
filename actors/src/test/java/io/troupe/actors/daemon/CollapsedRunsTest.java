package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is made to collapse by its settings alone. */
@Tag("process")
class CollapsedRunsTest {
  @TempDir Path folder;

  /** Without a penalty, and with a far larger discriminator that learns faster. */
  @Test
  void withoutAPenaltyADiscriminatorIsPinned() throws Exception {
    TrainingRun.Outcome outcome =
        TrainingRun.start(
                TinyRun.settings(
                    "training.steps=1000000",
                    "training.gradient-penalty.weight=0",
                    "training.generator.learning-rate=1e-6",
                    "training.discriminator.learning-rate=1e-3",
                    "network.generator-channels=2",
                    "network.discriminator-channels=16",
                    "evaluation.every=10",
                    "checkpoints.best=fid",
                    "supervision.collapse.action=rollback",
                    "supervision.collapse.pinned-steps=30",
                    "supervision.max-rollbacks=1"),
                folder)
            .await();
    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.message()).contains("training has collapsed", "30 steps in a row");
    assertThat(TinyRun.events(folder, "rollback")).hasSize(1);
    assertThat(TinyRun.events(folder, "collapse"))
        .allSatisfy(
            event -> assertThat(event.get("sign").asText()).isEqualTo("discriminator-pinned"));
  }
}
