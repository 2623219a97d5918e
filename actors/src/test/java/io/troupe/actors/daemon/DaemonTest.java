package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.Failures;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.http.Json;
import io.troupe.actors.listening.RunListener;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class DaemonTest {
  private static final int IMAGES_PER_STEP = 8;

  private static String undisturbed;

  @TempDir private Path root;

  private static UnreliableDataset dataset(RunSettings settings) {
    return new UnreliableDataset(Datasets.open(settings.dataset(), settings.seed()));
  }

  /** One of the pictures of a step. */
  private static int pictureOf(RunSettings settings, Dataset dataset, long step) {
    int[] indices = new int[IMAGES_PER_STEP];
    new BatchPlan(settings.seed(), dataset.size(), IMAGES_PER_STEP).indices(step, indices);
    return indices[5];
  }

  @BeforeAll
  static void runUndisturbed(@TempDir Path directory) throws Exception {
    RunSettings settings = TinyRun.settings();
    try (Company company = new Company(settings, dataset(settings), directory)) {
      assertThat(company.start().await().failed()).isFalse();
    }
    undisturbed = TinyRun.sha256(directory, 12);
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

  private static Status status(Company company) throws Exception {
    return company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
  }

  /** The status once it is as wanted. */
  private static Status await(Company company, Predicate<Status> wanted) throws Exception {
    Status status = status(company);
    while (!wanted.test(status)) {
      Thread.sleep(20);
      status = status(company);
    }
    return status;
  }

  private static boolean fails(Status status, Helper helper) {
    return status.troubles().stream().anyMatch(trouble -> trouble.helper().equals(helper));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {IllegalStateException.class, StackOverflowError.class, NoClassDefFoundError.class})
  void aRunEndsThoughItsSamplerAndItsEvaluatorCannotStart(Class<? extends Throwable> kind)
      throws Exception {
    RunSettings settings = TinyRun.settings();
    ProgramCompiler broken =
        bindings -> {
          throw Failures.unchecked(kind, "cannot be compiled");
        };
    try (Company company = new Company(settings, dataset(settings), root, broken).save().start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(outcome.step()).isEqualTo(12);
      assertThat(company.metric("helper_failing", "helper", "sampler")).isEqualTo(1);
    }
    assertThat(TinyRun.events(root, "grid-failed")).isNotEmpty();
    assertThat(TinyRun.events(root, "degraded"))
        .extracting(event -> event.get("helper").asText() + ": " + event.get("cause").asText())
        .containsExactlyInAnyOrder(
            "sampler: " + kind.getName() + ": cannot be compiled",
            "evaluator: " + kind.getName() + ": cannot be compiled");
    assertThat(TinyRun.sha256(root, 12)).isEqualTo(undisturbed);
  }

  /** Fails at each word, in one way after the other. */
  private static final class Deaf implements RunListener {
    private int times;

    @Override
    public String name() {
      return "deaf";
    }

    @Override
    public void begin(RunDirectory directory, RunSettings settings) {
      // It has heard nothing yet.
    }

    @Override
    public void hear(List<JournalEvent> events) throws IOException {
      times++;
      if (times % 3 == 0) {
        throw new IOException("hears nothing");
      }
      if (times % 3 == 1) {
        throw new IllegalStateException("hears nothing");
      }
      throw new StackOverflowError("hears nothing");
    }
  }

  @Test
  void aListenerThatAlwaysFailsIsNamedAndTheRunGoesOn() throws Exception {
    RunSettings settings = TinyRun.settings();
    Deaf deaf = new Deaf();
    try (Company company =
        new Company(settings, dataset(settings), root, List.of(deaf)).save().start()) {
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(outcome.step()).isEqualTo(12);
      assertThat(company.metric("helper_failing", "helper", "deaf")).isNotNaN();
    }
    assertThat(deaf.times).isPositive();
    assertThat(TinyRun.sha256(root, 12)).isEqualTo(undisturbed);
  }

  @Test
  void whoAsksAnEvaluatorThatCannotStartIsToldWhy() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    ProgramCompiler broken =
        bindings -> {
          throw new IllegalStateException("cannot be compiled");
        };
    try (Company company = new Company(settings, dataset(settings), root, broken).save().start()) {
      await(
          company,
          status ->
              status.state() == RunState.RUNNING
                  && fails(status, Helper.EVALUATOR)
                  && fails(status, Helper.SAMPLER));
      for (Function<ActorRef<RunAnswer>, RunCommand> question :
          List.<Function<ActorRef<RunAnswer>, RunCommand>>of(
              to -> new RunCommand.Evaluate(true, to),
              to -> new RunCommand.Evaluate(false, to),
              RunCommand.Sample::new)) {
        RunAnswer answer = company.ask(question).toCompletableFuture().get();
        assertThat(answer).isInstanceOf(RunAnswer.Refused.class);
        assertThat(((RunAnswer.Refused) answer).reason()).contains("cannot be compiled");
      }
    }
  }

  @Test
  void aLivingRunMakesPicturesOfAClassAndTellsWhoWorksInIt() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      await(company, status -> status.step() > 2 && status.finishesAt().isPresent());
      String run = company.runContext().server().address() + "/api/v1/runs/" + root.getFileName();
      HttpResponse<String> written =
          send(run + "/sample", "POST", "{\"class\": 2, \"count\": 3, \"truncation\": 0.5}");
      assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
      JsonNode answer = Json.mapper().readTree(written.body());
      assertThat(Path.of(answer.path("file").asText())).isNotEmptyFile();
      assertThat(answer.path("message").asText()).startsWith("3 pictures of ");
      assertThat(send(run + "/sample", "POST", "{\"class\": 99}"))
          .satisfies(refused -> assertThat(refused.statusCode()).isEqualTo(400))
          .satisfies(refused -> assertThat(refused.body()).contains("there is no class 99"));

      JsonNode inside = Json.mapper().readTree(send(run + "/company", "GET", "").body());
      assertThat(inside.path("actors").findValuesAsText("name"))
          .contains("trainer", "ema-keeper", "sampler", "run-journal", "augment-worker-1");
      for (JsonNode actor : inside.path("actors")) {
        if (actor.path("name").asText().equals("trainer")) {
          assertThat(actor.path("messages").asLong()).isPositive();
        }
      }
      assertThat(inside.path("leases").findValuesAsText("pool"))
          .containsExactlyInAnyOrder(
              "batch", "generator update", "generator snapshot", "training state");
      assertThat(inside.path("leases").findValuesAsText("size")).doesNotContain("0");
      assertThat(inside.path("waits").path("step_seconds").asDouble()).isPositive();
      assertThat(inside.path("memory").path("heap_bytes").asLong()).isPositive();
    }
    assertThat(TinyRun.events(root, "pictures")).hasSize(1);
  }

  private static HttpResponse<String> send(String url, String method, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  @Test
  void eventsThatCannotBeWrittenForAWhileAreWrittenLater() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    Path events = Files.createDirectory(new RunDirectory(root).events());
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      await(company, status -> status.step() > 3 && fails(status, Helper.JOURNAL));
      company.<RunAnswer>ask(RunCommand.Pause::new).toCompletableFuture().get();
      Files.delete(events);
      await(company, status -> !fails(status, Helper.JOURNAL));
      company.<RunAnswer>ask(RunCommand.Stop::new).toCompletableFuture().get();
      assertThat(company.await().failed()).isFalse();
    }
    List<String> names =
        TinyRun.events(root).stream().map(event -> event.get("event").asText()).toList();
    assertThat(names).startsWith("started").contains("degraded", "paused", "recovered");
  }

  @Test
  void aDaemonThatFailsItselfEndsTheRunWithALastCheckpointAndSaysSo() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      await(company, status -> status.step() > 2);
      // A command that the daemon does not expect: its handler throws.
      company.<RunAnswer>ask(to -> new RunCommand.ChangeSettings(null, to));
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).isTrue();
      assertThat(outcome.message()).contains("NullPointerException");
      assertThat(TinyRun.sha256(root, outcome.step())).hasSize(64);
    }
    assertThat(TinyRun.events(root, "failed")).hasSize(1);
    assertThat(TinyRun.events(root, "stopped")).isEmpty();
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
  void drawsAndScoresNothingUnlessAskedWhereThatIsTheSetting() throws Exception {
    RunSettings settings = TinyRun.settings("sampling.every=0", "evaluation.every=0");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      assertThat(company.await().failed()).isFalse();
    }
    List<String> events =
        TinyRun.events(root).stream().map(event -> event.get("event").asText()).toList();
    assertThat(events).endsWith("stopped").contains("checkpoint");
    assertThat(events).doesNotContain("grid", "grid-failed", "evaluation-started");
  }

  @Test
  void aRunEndsWithTheScoresOfItsLastStep() throws Exception {
    RunSettings settings =
        TinyRun.settings(
            "training.steps=4",
            "evaluation.every=2",
            "evaluation.images=400",
            "checkpoints.best=fid");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      assertThat(company.await().failed()).isFalse();
    }
    List<JsonNode> finished = TinyRun.events(root, "evaluation-finished");
    assertThat(finished.get(finished.size() - 1).get("of_step").asLong()).isEqualTo(4);
    List<String> events =
        TinyRun.events(root).stream().map(event -> event.get("event").asText()).toList();
    assertThat(events).endsWith("stopped").contains("best");
    assertThat(events).doesNotContain("best-missed", "evaluation-failed");
  }

  @Test
  void aStopCutsTheLastEvaluationShort() throws Exception {
    RunSettings settings =
        TinyRun.settings("training.steps=2", "evaluation.every=2", "evaluation.images=1000000");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      CompletableFuture<TrainingRun.Outcome> outcome = company.runContext().outcome();
      Status status = company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
      while (status.state() != RunState.STOPPING || !status.evaluating()) {
        Thread.sleep(50);
        status = company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
      }
      assertThat(outcome).isNotDone();
      RunAnswer late =
          company
              .<RunAnswer>ask(to -> new RunCommand.ChangeSettings(List.of("training.steps=9"), to))
              .toCompletableFuture()
              .get();
      assertThat(((RunAnswer.Refused) late).reason())
          .contains("the run is stopping and nothing has changed");
      company.<RunAnswer>ask(RunCommand.Stop::new).toCompletableFuture().get();
      assertThat(company.await().failed()).isFalse();
    }
    assertThat(TinyRun.events(root, "evaluation-finished")).isEmpty();
    assertThat(TinyRun.events(root, "grid")).hasSize(1);
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

  @Test
  void stopsThoughAPauseIsUnderWay() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      while (company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get().step()
          < 2) {
        Thread.sleep(10);
      }
      var paused = company.<RunAnswer>ask(RunCommand.Pause::new);
      var stopped = company.<RunAnswer>ask(RunCommand.Stop::new);
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
      assertThat(paused.toCompletableFuture().get()).isInstanceOf(RunAnswer.Done.class);
      assertThat(stopped.toCompletableFuture().get()).isInstanceOf(RunAnswer.Done.class);
      assertThat(company.metric("run_state", "state", "stopping")).isEqualTo(1);
      assertThat(company.metric("run_state", "state", "paused")).isZero();
      assertThat(TinyRun.sha256(root, outcome.step())).hasSize(64);
    }
    // A grid is for a run that has come to its end.
    assertThat(TinyRun.events(root, "grid")).isEmpty();
  }

  @Test
  void aStopIsAnsweredThoughTheRunHasJustEnded() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=2");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      CompletableFuture<RunAnswer> late =
          company
              .runContext()
              .outcome()
              .thenCompose(outcome -> company.<RunAnswer>ask(RunCommand.Stop::new));
      assertThat(company.await().failed()).isFalse();
      assertThat(late.get(1, TimeUnit.SECONDS)).isInstanceOf(RunAnswer.Done.class);
    }
    assertThat(TinyRun.events(root, "grid")).hasSize(1);
  }

  @Test
  void knowsTheScoresThatTheRunHadBefore() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    Files.writeString(
        new RunDirectory(root).events(),
        """
        {"event":"evaluation-finished","of_step":0,"scores":{"fd_random":12.5}}
        {"event":"evaluation-finished","of_step":7,"scores":{"fd_random":3}}
        """);
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      Status status = company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
      // Step 7 is done anew, after the checkpoint of step 0.
      assertThat(status.scores()).isEqualTo(Map.of("fd_random", 12.5));
      assertThat(status.scoreStep()).hasValue(0);
      assertThat(company.metric("score", "metric", "fd_random", "better", "lower")).isEqualTo(12.5);
    }
  }

  @Test
  void refusesSettingsThatChangeWhatAStepComputes() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      Path config = company.runContext().directory().config();
      AtomicFile.replace(config, SettingsLoader.render(settings));
      String before = Files.readString(config);
      for (String wrong :
          List.of(
              "training.batch=8",
              "training.batch=4",
              "control.token=\"abc\"",
              "evaluation.every=-1",
              "evaluation.evry=1")) {
        RunAnswer answer =
            company
                .<RunAnswer>ask(to -> new RunCommand.ChangeSettings(List.of(wrong), to))
                .toCompletableFuture()
                .get();
        String key = wrong.substring(0, wrong.indexOf('='));
        assertThat(((RunAnswer.Invalid) answer).reason())
            .contains(key)
            .doesNotContain("--set", "held");
        assertThat(Files.readString(config)).isEqualTo(before);
      }
      RunAnswer done =
          company
              .<RunAnswer>ask(to -> new RunCommand.ChangeSettings(List.of("training.steps=3"), to))
              .toCompletableFuture()
              .get();
      assertThat(done).isInstanceOf(RunAnswer.Done.class);
      assertThat(company.await().step()).isGreaterThanOrEqualTo(1);
      assertThat(Files.readString(config)).isNotEqualTo(before);
    }
  }
}
