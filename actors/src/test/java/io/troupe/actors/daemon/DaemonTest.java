package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.Failures;
import io.troupe.actors.TinyRun;
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
import io.troupe.models.graph.ProgramCompiler;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class DaemonTest extends DaemonRuns {
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

  /** The score is known, nothing has failed; and with a checkpoint the step becomes the best. */
  @Test
  void aStepWithoutACheckpointIsNotTheBestHoweverGood() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000", "checkpoints.best=fid");
    try (Company company = new Company(settings, dataset(settings), root).save().start()) {
      await(company, status -> status.step() > 2);
      company.<RunAnswer>ask(RunCommand.Pause::new).toCompletableFuture().get();
      evaluate(company);
      company.<RunAnswer>ask(RunCommand.Checkpoint::new).toCompletableFuture().get();
      evaluate(company);
      assertThat(status(company).troubles()).isEmpty();
      company.<RunAnswer>ask(RunCommand.Stop::new).toCompletableFuture().get();
      assertThat(company.await().failed()).isFalse();
    }
    assertThat(TinyRun.events(root, "degraded")).isEmpty();
    assertThat(TinyRun.events(root, "best-missed"))
        .extracting(event -> event.get("reason").asText())
        .containsExactly("there is no checkpoint of this step");
    assertThat(TinyRun.events(root, "best")).hasSize(1);
  }

  private static void evaluate(Company company) throws Exception {
    assertThat(
            company
                .<RunAnswer>ask(to -> new RunCommand.Evaluate(true, to))
                .toCompletableFuture()
                .get())
        .isInstanceOf(RunAnswer.Done.class);
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
