package io.troupe.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.config.RunSettings;
import java.time.Duration;

/** The daemon's children but for its training loops, which they outlive. */
record Members(
    ActorRef<RunJournal.Command> journal,
    ActorRef<ControlServer.Command> controlServer,
    ActorRef<Plotter.Command> plotter,
    ActorRef<Checkpointer.Command> checkpointer,
    ActorRef<Evaluator.Command> evaluator,
    ActorRef<Sampler.Command> sampler) {
  private static final Duration SAVE_RETRY = Duration.ofSeconds(5);

  /**
   * Spawns them.
   *
   * @param saves hears the checkpointer
   * @param evaluations hears the evaluator
   * @param grids hears the sampler
   */
  static Members spawn(
      ActorContext<Daemon.Command> context,
      Stage stage,
      ActorRef<Checkpointer.Event> saves,
      ActorRef<Evaluator.Event> evaluations,
      ActorRef<Sampler.Event> grids) {
    RunSettings settings = stage.settings();
    return new Members(
        context.spawn(
            Behaviors.supervise(RunJournal.create(stage.directory().events()))
                .onFailure(SupervisorStrategy.restart().withLimit(5, Duration.ofMinutes(1))),
            "run-journal",
            Mailboxes.ownThread()),
        context.spawn(
            ControlServer.create(
                settings.control(),
                stage.directory(),
                context.getSelf(),
                stage.metrics().registry(),
                stage.controlAddress()),
            "control-server",
            Mailboxes.ownThread()),
        context.spawn(Plotter.create(stage.directory()), "plotter", Mailboxes.ownThread()),
        context.spawn(
            Checkpointer.create(stage.store(), settings.checkpoints().keep(), SAVE_RETRY, saves),
            "checkpointer",
            Mailboxes.ownThread()),
        context.spawn(
            restarting(Evaluator.create(stage::evaluation, evaluations)),
            "evaluator",
            Mailboxes.ownThread()),
        context.spawn(
            restarting(
                Sampler.create(
                    settings,
                    stage.dataset().classNames(),
                    stage.directory(),
                    stage::gridGenerator,
                    grids)),
            "sampler",
            Mailboxes.ownThread()));
  }

  /** For those that training does not wait for: after a failure they start again a while later. */
  static <T> Behavior<T> restarting(Behavior<T> behavior) {
    return Behaviors.supervise(behavior)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofSeconds(1), Duration.ofMinutes(1), 0.1));
  }

  /** Evaluator and sampler get the snapshots of a loop, as often as the settings say. */
  void follow(ActorRef<EmaKeeper.Command> emaKeeper, RunSettings settings) {
    evaluator.tell(new Evaluator.Follow(emaKeeper, settings.evaluation().every()));
    sampler.tell(new Sampler.Follow(emaKeeper, settings.sampling().every()));
  }

  /** Tables and plots are made anew, of all that the journal was told before. */
  void redraw() {
    journal.tell(new RunJournal.Show(plotter));
  }
}
