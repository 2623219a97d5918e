package io.troupe.actors.daemon;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.control.RunHttpServer;
import io.troupe.actors.listening.Listeners;
import io.troupe.actors.listening.RunListener;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.data.Dataset;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A daemon with all its actors on a dataset and a state of the test's own. */
final class Company implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final RunContext runContext;
  private ActorSystem<Daemon.Command> system;

  Company(RunSettings settings, Dataset dataset, Path root) throws Exception {
    this(settings, dataset, root, CompiledGraph::compile);
  }

  /** With a compiler of its own for the evaluator and the sampler. */
  Company(RunSettings settings, Dataset dataset, Path root, ProgramCompiler compiler)
      throws Exception {
    this(settings, dataset, root, CompiledGraph::compile, compiler, Listeners.of(settings));
  }

  /** With a compiler of its own for everything. */
  static Company by(ProgramCompiler compiler, RunSettings settings, Dataset dataset, Path root)
      throws Exception {
    return new Company(settings, dataset, root, compiler, compiler, Listeners.of(settings));
  }

  /** With listeners of its own. */
  Company(RunSettings settings, Dataset dataset, Path root, List<RunListener> listeners)
      throws Exception {
    this(settings, dataset, root, CompiledGraph::compile, CompiledGraph::compile, listeners);
  }

  private Company(
      RunSettings settings,
      Dataset dataset,
      Path root,
      ProgramCompiler training,
      ProgramCompiler compiler,
      List<RunListener> listeners)
      throws Exception {
    RunDirectory directory = new RunDirectory(root);
    CheckpointStore store =
        new CheckpointStore(directory.checkpoints(), settings.preset(), settings.seed());
    OwnedTraining owned =
        new OwnedTraining(
            settings,
            ImageSpec.rgb(32, dataset.classNames().size()),
            training,
            CompiledGraph::plan);
    GanTraining networks = owned.present();
    TrainingState state = new TrainingState(networks);
    state.copyFrom(networks, 0);
    state.average().assign(networks.generator().values().floats());
    RunMetrics metrics =
        new RunMetrics(
            "test", "cpu", Arrays.stream(RunState.values()).map(RunState::label).toList());
    runContext =
        new RunContext(
            "test",
            new SettingsHistory(settings, List.of()),
            directory,
            dataset,
            Optional.empty(),
            owned,
            state,
            compiler,
            compiler,
            store,
            metrics,
            RunHttpServer.start(
                settings.control(),
                settings.supervision().stalled(),
                directory,
                "test",
                metrics.registry()),
            listeners,
            Optional.empty(),
            new CompletableFuture<>());
  }

  RunContext runContext() {
    return runContext;
  }

  /** Saves the state as the run's newest checkpoint. */
  Company save() throws Exception {
    runContext.store().save(runContext.start());
    return this;
  }

  Company start() {
    system =
        ActorSystem.create(
            Daemon.create(runContext), "troupe-test", ConfigFactory.load(), Mailboxes.ownThread());
    return this;
  }

  <T> CompletionStage<T> ask(Function<ActorRef<T>, RunCommand> command) {
    return AskPattern.ask(
        system,
        (ActorRef<T> replyTo) -> new Daemon.Heard(command.apply(replyTo)),
        TIMEOUT,
        system.scheduler());
  }

  /** Done when all actors have ended. */
  CompletableFuture<Done> terminated() {
    return system.getWhenTerminated().toCompletableFuture();
  }

  /** How the run ended, once all actors have. */
  TrainingRun.Outcome await() throws Exception {
    system.getWhenTerminated().toCompletableFuture().get(3, TimeUnit.MINUTES);
    return runContext.outcome().get(0, TimeUnit.SECONDS);
  }

  /** The value of a metric, with at most one label. */
  double metric(String name, String... labels) {
    String[] names = new String[labels.length / 2];
    String[] values = new String[labels.length / 2];
    for (int i = 0; i < names.length; i++) {
      names[i] = labels[2 * i];
      values[i] = labels[2 * i + 1];
    }
    return runContext.metrics().registry().getSampleValue("troupe_" + name, names, values);
  }

  @Override
  public void close() {
    if (system != null) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().orTimeout(1, TimeUnit.MINUTES).join();
    }
    runContext.server().close();
    runContext.start().close();
    runContext.owned().close();
  }
}
