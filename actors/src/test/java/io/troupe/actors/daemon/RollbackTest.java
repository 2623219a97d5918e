package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.models.training.TrainingState;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training that fails or diverges, and goes back to a checkpoint. */
@Tag("process")
class RollbackTest extends DaemonRuns {
  private static final int IMAGES_PER_STEP = 8;

  /** One of the pictures of a step. */
  private static int pictureOf(RunSettings settings, Dataset dataset, long step) {
    int[] indices = new int[IMAGES_PER_STEP];
    new BatchPlan(settings.seed(), dataset.size(), IMAGES_PER_STEP).indices(step, indices);
    return indices[5];
  }

  @Test
  void afterAFailureItGoesBackToACheckpointAndOnToTheSameResults() throws Exception {
    RunSettings settings = TinyRun.settings("checkpoints.every=3", "prefetch.batches=1");
    UnreliableDataset dataset = dataset(settings);
    dataset.failing(pictureOf(settings, dataset, 7), 3);
    try (Company company = new Company(settings, dataset, root).save().start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(outcome.step()).isEqualTo(12);
      assertThat(company.metric("rollbacks_total")).isEqualTo(1);
      assertThat(company.metric("actor_restarts_total", "actor", "augment-worker")).isEqualTo(3);
      assertThat(company.runContext().training().redraws()).isZero();
    }
    List<JsonNode> rollbacks = TinyRun.events(root, "rollback");
    assertThat(rollbacks).hasSize(1);
    assertThat(rollbacks.get(0).get("reason").asText())
        .contains("prefetcher failed")
        .contains("the batch of step 7 could not be made in 3 attempts");
    assertThat(rollbacks.get(0).get("to_step").asLong()).isIn(0L, 3L, 6L);
    assertThat(TinyRun.sha256(root, 12)).isEqualTo(undisturbed);
  }

  @Test
  void anErrorInTheTrainingLoopIsAFailureToGoBackFrom() throws Exception {
    RunSettings settings = TinyRun.settings("prefetch.batches=1");
    UnreliableDataset dataset = dataset(settings);
    dataset.ending(pictureOf(settings, dataset, 7), 3);
    try (Company company = new Company(settings, dataset, root).save().start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
    }
    assertThat(TinyRun.events(root, "rollback")).hasSize(1);
    assertThat(TinyRun.sha256(root, 12)).isEqualTo(undisturbed);
  }

  @Test
  void failsWhenGoingBackDoesNotHelp() throws Exception {
    RunSettings settings = TinyRun.settings("supervision.max-rollbacks=2");
    UnreliableDataset dataset = dataset(settings);
    dataset.failing(pictureOf(settings, dataset, 3), Integer.MAX_VALUE);
    try (Company company = new Company(settings, dataset, root).save().start()) {
      CompletableFuture<Status> last =
          company
              .runContext()
              .outcome()
              .thenCompose(outcome -> company.<Status>ask(RunCommand.GetStatus::new));
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).isTrue();
      assertThat(outcome.message()).contains("the batch of step 3 could not be made");
      Status status = last.get(1, TimeUnit.MINUTES);
      assertThat(status.state()).isEqualTo(RunState.FAILED);
      assertThat(status.rollbacks()).isEqualTo(2);
      assertThat(status.failure()).hasValue(outcome.message());
      assertThat(company.metric("run_state", "state", "failed")).isEqualTo(1);
      assertThat(company.metric("run_state", "state", "running")).isZero();
    }
    assertThat(TinyRun.events(root, "rollback")).hasSize(2);
    assertThat(TinyRun.events(root, "failed")).hasSize(1);
  }

  @Test
  void theDaemonOfAFailedRunStaysUpUntilItIsStopped() throws Exception {
    RunSettings settings =
        TinyRun.settings("supervision.max-rollbacks=0", "supervision.failed-minutes=15");
    UnreliableDataset dataset = dataset(settings);
    dataset.failing(pictureOf(settings, dataset, 3), Integer.MAX_VALUE);
    try (Company company = new Company(settings, dataset, root).save().start()) {
      assertThat(company.runContext().outcome().get(1, TimeUnit.MINUTES).failed()).isTrue();
      assertThatThrownBy(() -> company.terminated().get(1, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      HttpResponse<String> health =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          company.runContext().server().address().resolve("/-/healthy"))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body()).startsWith("the run failed: ").contains("the batch of step 3");
      company.<RunAnswer>ask(RunCommand.Stop::new).toCompletableFuture().get();
      assertThat(company.await().failed()).isTrue();
    }
  }

  @Test
  void failsWhenThereIsNoCheckpointToGoBackTo() throws Exception {
    RunSettings settings = TinyRun.settings();
    UnreliableDataset dataset = dataset(settings);
    dataset.failing(pictureOf(settings, dataset, 1), Integer.MAX_VALUE);
    try (Company company = new Company(settings, dataset, root).save()) {
      Path checkpoint =
          company.runContext().store().loadLatest(company.runContext().start()).file().get();
      Files.write(checkpoint, new byte[] {1, 2, 3});
      TrainingRun.Outcome outcome = company.start().await();
      assertThat(outcome.failed()).isTrue();
      assertThat(outcome.message()).contains("going back failed").contains("step-000000000.ckpt");
    }
  }

  @Test
  void drawsOtherLatentsAfterADivergence() throws Exception {
    RunSettings settings = TinyRun.settings();
    try (Company company = new Company(settings, dataset(settings), root).save()) {
      company.runContext().start().vectors().get("generator").array().assign(Float.NaN);
      TrainingRun.Outcome outcome = company.start().await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(company.metric("rollbacks_total")).isEqualTo(1);
      CheckpointStore.Loaded loaded =
          company.runContext().store().loadLatest(company.runContext().start());
      assertThat(loaded.file()).isPresent();
      assertThat(company.runContext().start().progress().step()).isEqualTo(12);
      assertThat(company.runContext().start().progress().redraws()).isEqualTo(1);
    }
    assertThat(TinyRun.events(root, "rollback").get(0).get("reason").asText())
        .contains("loss is NaN in step 1");
    assertThat(TinyRun.sha256(root, 12)).isNotEqualTo(undisturbed);
  }

  @Test
  void drawsOtherLatentsAgainAfterEachDivergenceFromTheSameCheckpoint() throws Exception {
    RunSettings settings = TinyRun.settings("supervision.max-rollbacks=3");
    try (Company company = new Company(settings, dataset(settings), root)) {
      spoil(company);
      TrainingRun.Outcome outcome = company.save().start().await();
      assertThat(outcome.failed()).isTrue();
      assertThat(outcome.message()).containsPattern("loss is (NaN|-?Infinity) in step 1");
      assertThat(company.runContext().training().redraws()).isEqualTo(3);
    }
  }

  /** Finite values that lead to losses that are not. */
  private static void spoil(Company company) {
    company.runContext().start().vectors().get("discriminator").array().assign(Float.MAX_VALUE);
  }

  @Test
  void goesBackFurtherWhenItDivergesTwiceFromTheSameCheckpoint() throws Exception {
    RunSettings settings = TinyRun.settings();
    try (Company company = new Company(settings, dataset(settings), root).save()) {
      spoil(company);
      TrainingState.Progress progress = company.runContext().start().progress();
      company
          .runContext()
          .start()
          .setProgress(
              new TrainingState.Progress(
                  5, progress.generatorUpdates(), progress.discriminatorUpdates(), 0));
      TrainingRun.Outcome outcome = company.save().start().await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
    }
    assertThat(TinyRun.events(root, "rollback").stream().map(e -> e.get("to_step").asLong()))
        .containsExactly(5L, 0L);
    assertThat(new RunDirectory(root).checkpoints().resolve("step-000000005.ckpt.diverged"))
        .exists();
    assertThat(TinyRun.events(root, "checkpoint-rejected").get(0).get("reason").asText())
        .contains("step-000000005.ckpt", "diverges");
  }

  /** Losses do not show what is wrong with the average. */
  @Test
  void goesBackWhenWhatItSavesIsNotFinite() throws Exception {
    RunSettings settings =
        TinyRun.settings("training.steps=40", "checkpoints.every=1", "ema.start-step=0");
    try (Company company = new Company(settings, dataset(settings), root).save()) {
      company.runContext().start().average().array().assign(Float.NaN);
      TrainingRun.Outcome outcome = company.start().await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      CheckpointStore.Loaded loaded =
          company.runContext().store().loadLatest(company.runContext().start());
      assertThat(loaded.file()).isPresent();
      assertThat(company.runContext().start().progress().step()).isEqualTo(40);
    }
    assertThat(TinyRun.events(root, "checkpoint-failed").get(0).get("reason").asText())
        .contains("generator.average", "NaN");
    assertThat(TinyRun.events(root, "rollback")).hasSize(1);
  }

  @Test
  void goesBackWhenAWorkerFailsTooOftenToBeRestarted() throws Exception {
    RunSettings settings =
        TinyRun.settings("training.steps=16", "dataset.images=128", "prefetch.workers=1");
    UnreliableDataset dataset = dataset(settings);
    for (long step = 1; step <= 16; step++) {
      dataset.failing(pictureOf(settings, dataset, step), 1);
    }
    try (Company company = new Company(settings, dataset, root).save().start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(outcome.step()).isEqualTo(16);
    }
    assertThat(TinyRun.events(root, "rollback")).hasSize(1);
    assertThat(TinyRun.events(root, "rollback").get(0).get("reason").asText())
        .contains("augment-worker-1 failed");
  }
}
