package io.troupe.actors.daemon;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.checkpoint.Resumption;
import io.troupe.actors.checkpoint.TakenValues;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.TimerPulse;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.models.training.FreezeD;
import io.troupe.models.training.GanTraining;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** A run in this process, from its start to its end. */
public final class TrainingRun {
  /**
   * How a run ended.
   *
   * @param step its last
   * @param complete whether all steps are done
   * @param failed whether it ended by an error
   */
  public record Outcome(long step, boolean complete, boolean failed, String message) {}

  private static final Duration STOP_TIMEOUT = AnswerTimes.SOON;

  private final ActorSystem<Daemon.Command> system;
  private final PreparedRun run;
  private final Watchdog watchdog;

  private TrainingRun(ActorSystem<Daemon.Command> system, PreparedRun run) {
    this.system = system;
    this.run = run;
    RunSettings.Supervision supervision = run.context().settings().supervision();
    watchdog =
        new Watchdog(
            new WatchdogMeans(),
            supervision.stalled(),
            supervision.stalledExit(),
            ServiceManager.of(System.getenv()),
            Clock.systemUTC());
  }

  /** What the watchdog of this process can do. */
  private final class WatchdogMeans implements Watchdog.Means {
    private final ThreadDumps dumps = new ThreadDumps(run.context().directory().stalls());
    private final TimerPulse pulse = TimerPulse.of(system);

    @Override
    public CompletionStage<Status> status() {
      return TrainingRun.this.status();
    }

    @Override
    public Path dump() throws IOException {
      return dumps.write(Instant.now());
    }

    @Override
    public void say(Instant since, Optional<Path> dump) {
      system.tell(new Daemon.Stalled(since, dump));
    }

    @Override
    public boolean timersAreDead() {
      return pulse.isDead();
    }

    @Override
    public void fail() {
      system.tell(
          new Daemon.Broken(
              new IllegalStateException("the thread of timers has died; see daemon.log")));
    }

    @Override
    public void halt() {
      // A shutdown would wait for a last checkpoint, which a trainer that hangs does not send.
      Runtime.getRuntime().halt(Watchdog.EXIT_CODE);
    }
  }

  /**
   * Locks the run directory, opens the data, builds the networks, restores the newest checkpoint if
   * there is one, writes the settings, and starts the company.
   *
   * @param progress hears how far opening the data is, if that takes its time; from any thread
   * @throws RunException if it cannot start; the message says why and what to do
   */
  public static TrainingRun start(
      RunSettings settings, Path runDirectory, Consumer<String> progress) throws RunException {
    PreparedRun prepared = PreparedRun.of(settings, runDirectory, progress);
    try {
      return launch(prepared);
    } catch (RuntimeException | Error e) {
      prepared.close();
      throw e;
    }
  }

  /** As {@link #start(RunSettings, Path, Consumer)}, and nobody hears of progress. */
  public static TrainingRun start(RunSettings settings, Path runDirectory) throws RunException {
    return start(settings, runDirectory, text -> {});
  }

  private static TrainingRun launch(PreparedRun prepared) {
    ActorSystem<Daemon.Command> system =
        ActorSystem.create(
            Daemon.create(prepared.context()),
            "troupe",
            ConfigFactory.load(),
            Mailboxes.ownThread());
    Resumption resumption = prepared.resumption();
    system.tell(
        new Daemon.GoesOn(
            SettingsChange.ofStart(
                resumption.changes(), prepared.context().start().progress().step()),
            resumption.rejected(),
            prepared.choices(),
            prepared.taken()));
    prepared.notes().listen(note -> system.tell(new Daemon.DatasetNoted(note)));
    TrainingRun started = new TrainingRun(system, prepared);
    CoordinatedShutdown.get(Adapter.toClassic(system))
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(), "last-checkpoint", started::shutDown);
    prepared.lock().keep(started::leave);
    started.watchdog.start();
    system.getWhenTerminated().thenRun(started.watchdog::close);
    return started;
  }

  /** The company's actors. */
  ActorSystem<Daemon.Command> system() {
    return system;
  }

  /** The control server. */
  public URI address() {
    return run.context().server().address();
  }

  /** What this start changed of the run's settings. */
  public List<Difference> changes() {
    return run.resumption().changes();
  }

  /** What this start chose of what the settings leave to the program. */
  public List<Choice> choices() {
    return run.choices();
  }

  /** Which values of another run's checkpoint the run began with; at its first start only. */
  public Optional<TakenValues> taken() {
    return run.taken();
  }

  /** Which of the discriminator's parameters are not trained, in words; empty if all are. */
  public Optional<String> frozen() {
    GanTraining training = run.context().owned().present();
    RunSettings settings = run.context().settings();
    return settings.training().freezeD() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the discriminator's blocks %s: %,d of its %,d parameters; steps plan %,d MB",
                String.join(", ", FreezeD.places(settings, training.spec())),
                training.discriminator().frozenParameters(),
                training.discriminator().values().layout().trainableLength(),
                training.plannedBytes() / 1_000_000));
  }

  /** How a step's batch is computed, in words. */
  public String batch() {
    TrainingSettings training = run.context().settings().training();
    return training.imagesAtOnce() == training.batch()
        ? "%d images a step, all at once".formatted(training.batch())
        : "%d images a step, in micro-batches of %d"
            .formatted(training.batch(), training.imagesAtOnce());
  }

  /** Newer checkpoints that could not be used, each with its reason. */
  public List<String> rejectedCheckpoints() {
    return run.resumption().rejected();
  }

  /** How the run is; fails when it has ended. */
  public CompletionStage<Status> status() {
    return ask(RunCommand.GetStatus::new, AnswerTimes.GLANCE);
  }

  /**
   * How the run has ended, when the journal says so too; the daemon of a failed run stays up for a
   * while after that, as supervision.failed-minutes says.
   */
  public CompletionStage<Outcome> outcome() {
    return run.context().outcome();
  }

  /** Evaluates the present generator; the answer comes with its scores. */
  public CompletionStage<RunAnswer> evaluate() {
    return command(reply -> new RunCommand.Evaluate(true, reply), AnswerTimes.EVALUATED);
  }

  /** Gives the daemon a command. */
  CompletionStage<RunAnswer> command(
      Function<ActorRef<RunAnswer>, RunCommand> command, Duration timeout) {
    return ask(command, timeout);
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, RunCommand> command, Duration timeout) {
    return AskPattern.ask(
        system,
        (ActorRef<T> replyTo) -> new Daemon.Heard(command.apply(replyTo)),
        timeout,
        system.scheduler());
  }

  /** A signal stops the run. If the actor system ends by itself, an Error made it: a failure. */
  private CompletionStage<Done> shutDown() {
    boolean bySystem =
        CoordinatedShutdown.get(Adapter.toClassic(system))
            .getShutdownReason()
            .filter(CoordinatedShutdown.actorSystemTerminateReason()::equals)
            .isPresent();
    if (!bySystem || run.context().outcome().isDone()) {
      return stop();
    }
    system.tell(new Daemon.Broken(new IllegalStateException("a fatal error; see daemon.log")));
    return run.context().outcome().thenApply(outcome -> Done.getInstance());
  }

  /** The folder is another daemon's now, or was moved or deleted. */
  private CompletionStage<?> leave() {
    if (run.lock().isLost()) {
      return stop();
    }
    Path root = run.context().directory().root();
    system.tell(
        new Daemon.FolderGone(
            ("%s was moved or deleted while the daemon held it; the run's last checkpoint is in the"
                    + " folder of that name made anew")
                .formatted(root)));
    return run.context().outcome();
  }

  /** Ends the run with a last checkpoint, as a signal to the process does. */
  public CompletionStage<Done> stop() {
    if (run.context().outcome().isDone()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return command(RunCommand.Stop::new, STOP_TIMEOUT)
        .thenCompose(answer -> run.context().outcome())
        .thenApply(outcome -> Done.getInstance());
  }

  /** Waits until the run has ended and everything is closed. */
  public Outcome await() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the actor system did not end properly", e);
    }
    run.close();
    Outcome outcome =
        run.context()
            .outcome()
            .getNow(
                new Outcome(
                    0, false, true, "the daemon failed; see " + run.context().directory().log()));
    return run.lock().isLost()
        ? new Outcome(
            outcome.step(),
            outcome.complete(),
            true,
            "ended, because another daemon holds %s since its .lock and daemon.pid were deleted"
                .formatted(run.context().directory().root()))
        : outcome;
  }
}
