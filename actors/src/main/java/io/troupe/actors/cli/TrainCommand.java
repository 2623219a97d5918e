package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.fleet.Tether;
import io.troupe.actors.history.RunFiles;
import io.troupe.actors.run.RunCompleteException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.data.DatasetException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains in this process until the run's last step, or until it is told to stop. */
@Command(
    name = "train",
    description =
        "Trains in the foreground. Goes on from the newest checkpoint if there is one; Ctrl-C ends"
            + " it with a checkpoint.",
    footer = {
      "  troupe train",
      "  troupe train --preset biggan-cifar100-small --run-dir runs/r1",
      "  troupe train --run-dir runs/r1 --steps 20000  # goes on with that run",
      "  troupe train --set training.batch=32 --set seed=2"
    })
final class TrainCommand extends CliCommand {
  @Mixin private TrainOptions options;

  @Option(
      names = "--plain",
      description =
          "No bar: from time to time a line, which begins with the time, as without a terminal.")
  private boolean plain;

  @Option(
      names = "--tether",
      hidden = true,
      paramLabel = "EPOCH:FILE",
      description = "Ends with the node of a fleet that began this process.")
  private Optional<String> tether = Optional.empty();

  @Override
  public Integer call() throws CliException, RunException, IOException, InterruptedException {
    options.branch();
    options.initialise();
    RunSettings settings = options.settings();
    RunDirectory directory = options.directory();
    CudaDevices.check();
    FreshFolder folder = FreshFolder.of(directory);
    LogFile.use(directory.log());
    tether.ifPresent(Tether::bind);
    ProgressView screen = new ProgressView(screen(), options.quiet(), ProgressView.columns(plain));
    Goodbye goodbye = new Goodbye(screen);
    Runtime.getRuntime().addShutdownHook(goodbye);
    try {
      return train(settings, directory, screen, goodbye);
    } catch (RunCompleteException e) {
      // No failure: who keeps runs going must not start it again and again.
      PrintWriter errors = errors();
      errors.println("troupe: " + e.getMessage());
      errors.flush();
      return 0;
    } catch (RunException | RuntimeException | IOException | Error e) {
      LoggerFactory.getLogger(TrainCommand.class).error("the run ended by an error", e);
      if (e instanceof RunException
          || e instanceof DatasetException
          || e instanceof SettingsException) {
        folder.remove();
      }
      throw e;
    } finally {
      goodbye.ended();
    }
  }

  private static int train(
      RunSettings settings, RunDirectory directory, ProgressView screen, Goodbye goodbye)
      throws RunException, IOException, InterruptedException {
    // ND4J prints a line for each differentiated operation, past the logging.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    TrainingRun run = TrainingRun.start(settings, directory.root(), screen::starting);
    goodbye.started();
    screen.say("run", "%s, preset %s".formatted(directory.root(), settings.preset()));
    screen.say("batch", run.batch());
    run.frozen().ifPresent(text -> screen.say("frozen", text));
    run.choices().forEach(choice -> screen.say("chosen", choice));
    run.taken().ifPresent(taken -> taken.lines().forEach(line -> screen.say("init from", line)));
    run.changes().forEach(change -> screen.say("changed", change));
    run.rejectedCheckpoints().forEach(reason -> screen.say("passed over", reason));
    screen.say("data", TrainOptions.describe(settings.dataset()));
    screen.say("control", "%s (page, API, metrics)".formatted(run.address()));
    screen.say("pictures", directory.samples());
    screen.say("log", directory.log());
    int minutes = settings.supervision().failedMinutes();
    run.outcome()
        .thenAccept(
            ended -> {
              if (ended.failed() && minutes > 0) {
                screen.say(
                    "failed",
                    "step %d: %s; the daemon stays up for %d minutes (supervision.failed-minutes), Ctrl-C ends it"
                        .formatted(ended.step(), ended.message(), minutes));
              }
            });
    TrainingRun.Outcome outcome;
    screen.follow(run::status);
    try {
      outcome = run.await();
    } finally {
      screen.close();
    }
    if (outcome.failed()) {
      throw new RunException("step %d: %s".formatted(outcome.step(), outcome.message()));
    }
    sayGoodbye(screen, directory, outcome);
    return 0;
  }

  /** What was made, and what may be done next. */
  private static void sayGoodbye(
      ProgressView screen, RunDirectory directory, TrainingRun.Outcome outcome) throws IOException {
    screen.say(
        outcome.complete() ? "done" : "stopped",
        "step %d, in %s%s"
            .formatted(
                outcome.step(),
                ProgressText.time(screen.elapsedSeconds()),
                outcome.complete() ? ": all steps are done" : "; the same command goes on"));
    sayIfPresent(screen, "checkpoint", RunFiles.newest(directory.checkpoints(), ".ckpt"));
    sayIfPresent(screen, "best", RunFiles.newest(directory.checkpoints().resolve("best"), ".ckpt"));
    sayIfPresent(screen, "grid", RunFiles.newest(directory.samples(), ".png"));
    Path root = directory.root();
    screen.say("next", CommandHint.of("sample", root) + "    pictures of it");
    if (outcome.complete()) {
      String more = CommandHint.of("train", "--run-dir", root, "--steps", "N");
      screen.say("", more + "    more steps, N in all");
    }
    screen.say("", CommandHint.of("studio") + "    this run and others, in the browser");
  }

  private static void sayIfPresent(ProgressView screen, String name, Optional<?> value) {
    value.ifPresent(present -> screen.say(name, present));
  }
}
