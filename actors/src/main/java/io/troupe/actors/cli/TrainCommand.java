package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.actors.RunDirectory;
import io.troupe.actors.RunException;
import io.troupe.actors.TrainingRun;
import io.troupe.actors.control.NewestFile;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
final class TrainCommand implements Callable<Integer> {
  private static final int GOODBYE_SECONDS = 5;

  @Spec private CommandSpec spec;
  @Mixin private TrainOptions options;

  @Override
  public Integer call() throws RunException, IOException, InterruptedException {
    RunSettings settings = options.settings();
    RunDirectory directory = options.directory();
    CudaDevices.check();
    // Read by logback.xml when the first logger is made, which is after this.
    System.setProperty("troupe.log", directory.log().toString());
    System.setProperty("troupe.log.appender", "FILE");
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitGoodbye(done), "troupe-goodbye"));
    try {
      return train(settings, directory);
    } catch (RunException | RuntimeException | IOException | Error e) {
      LoggerFactory.getLogger(TrainCommand.class).error("the run ended by an error", e);
      throw e;
    } finally {
      done.countDown();
    }
  }

  private int train(RunSettings settings, RunDirectory directory)
      throws RunException, IOException, InterruptedException {
    PrintWriter screen = spec.commandLine().getOut();
    // ND4J prints a line for each differentiated operation, past the logging.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    TrainingRun run = TrainingRun.start(settings, directory.root());
    say(screen, "run", "%s, preset %s".formatted(directory.root(), settings.preset()));
    run.changes().forEach(change -> say(screen, "changed", change));
    run.rejectedCheckpoints().forEach(reason -> say(screen, "passed over", reason));
    say(screen, "data", TrainOptions.describe(settings.dataset()));
    say(screen, "control", "%s (page, API, metrics)".formatted(run.address()));
    say(screen, "pictures", directory.samples());
    say(screen, "log", directory.log());
    int minutes = settings.supervision().failedMinutes();
    run.outcome()
        .thenAccept(
            ended -> {
              if (ended.failed() && minutes > 0) {
                say(
                    screen,
                    "failed",
                    "step %d: %s; the daemon stays up for %d minutes (supervision.failed-minutes), Ctrl-C ends it"
                        .formatted(ended.step(), ended.message(), minutes));
              }
            });
    TrainingRun.Outcome outcome;
    ProgressView progress = ProgressView.of(options.quiet(), screen, run::status);
    try {
      outcome = run.await();
    } finally {
      progress.close();
    }
    if (outcome.failed()) {
      throw new RunException("step %d: %s".formatted(outcome.step(), outcome.message()));
    }
    say(screen, "ended", "step %d: %s".formatted(outcome.step(), outcome.message()));
    sayIfPresent(screen, "checkpoint", NewestFile.in(directory.checkpoints(), "ckpt"));
    sayIfPresent(screen, "grid", NewestFile.in(directory.samples(), "png"));
    return 0;
  }

  private void sayIfPresent(PrintWriter screen, String name, Optional<?> value) {
    value.ifPresent(present -> say(screen, name, present));
  }

  private void say(PrintWriter screen, String name, Object value) {
    if (!options.quiet()) {
      screen.println("%-12s%s".formatted(name, value));
      screen.flush();
    }
  }

  /** When a signal ends the process: lets the last lines be printed. */
  private static void awaitGoodbye(CountDownLatch done) {
    try {
      done.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
