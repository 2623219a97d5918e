package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.control.ControlServer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.forensics.Forensics;
import io.troupe.actors.journal.Plotter;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.listening.Listening;
import io.troupe.actors.listening.RunListener;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.sampling.Sampler;
import io.troupe.actors.supervision.LostLeases;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import java.time.Duration;

/** The daemon's children but for its training loops, which they outlive. */
record Members(
    ActorRef<RunJournal.Command> journal,
    ActorRef<ControlServer.Command> controlServer,
    ActorRef<Plotter.Command> plotter,
    ActorRef<Checkpointer.Command> checkpointer,
    ActorRef<Evaluator.Command> evaluator,
    ActorRef<Sampler.Command> sampler,
    ActorRef<Forensics.Command> forensics) {
  private static final Duration SAVE_RETRY = Duration.ofSeconds(5);
  private static final Duration WRITE_RETRY = Duration.ofSeconds(1);

  /** As often as listeners look for news. */
  private static final Duration LISTENING_PAUSE = Duration.ofSeconds(5);

  /**
   * Who hears the members.
   *
   * @param failures of any of them
   */
  record Listeners(
      ActorRef<RunCommand> commands,
      ActorRef<RunJournal.Event> journal,
      ActorRef<Plotter.Event> plots,
      ActorRef<Checkpointer.Event> saves,
      ActorRef<Evaluator.Event> evaluations,
      ActorRef<Sampler.Event> grids,
      ActorRef<Listening.Event> listening,
      ActorRef<Forensics.Event> forensics,
      ActorRef<Supervision.Failure> failures) {}

  /** Spawns them, and those that nobody tells anything. */
  static Members spawn(
      ActorContext<Daemon.Command> context, RunContext runContext, Listeners listeners) {
    RunSettings settings = runContext.settings();
    ActorRef<Supervision.Failure> failures = listeners.failures();
    context.spawn(Supervision.resuming(LostLeases.create()), "lost-leases", Mailboxes.metered());
    for (RunListener listener : runContext.listeners()) {
      context.spawn(
          Supervision.resuming(
              new Helper(listener.name()),
              Listening.create(
                  listener,
                  runContext.directory(),
                  settings,
                  LISTENING_PAUSE,
                  listeners.listening()),
              failures),
          listener.name(),
          Mailboxes.ownThread());
    }
    return new Members(
        context.spawn(
            Supervision.resuming(
                Helper.JOURNAL,
                RunJournal.create(
                    runContext.directory().events(), WRITE_RETRY, listeners.journal()),
                failures),
            "run-journal",
            Mailboxes.ownThread()),
        context.spawn(
            Supervision.resuming(ControlServer.create(runContext.server(), listeners.commands())),
            "control-server",
            Mailboxes.ownThread()),
        context.spawn(
            Supervision.resuming(
                Helper.PLOTTER,
                Plotter.create(runContext.directory(), listeners.plots()),
                failures),
            "plotter",
            Mailboxes.ownThread()),
        context.spawn(
            Supervision.resuming(
                Helper.CHECKPOINTER,
                Checkpointer.create(
                    runContext.store(),
                    settings.checkpoints().keep(),
                    SAVE_RETRY,
                    listeners.saves()),
                failures),
            "checkpointer",
            Mailboxes.ownThread()),
        context.spawn(
            runContext.noScores().isPresent()
                ? Behaviors.ignore()
                : Supervision.restarting(
                    Helper.EVALUATOR,
                    Evaluator.create(
                        runContext::evaluation, runContext.remote(), listeners.evaluations()),
                    failures),
            "evaluator",
            Mailboxes.ownThread()),
        context.spawn(
            Supervision.restarting(
                Helper.SAMPLER,
                Sampler.create(
                    settings,
                    runContext.dataset().classNames(),
                    runContext.directory(),
                    runContext::gridGenerator,
                    runContext::pictureGenerator,
                    runContext.remote(),
                    listeners.grids()),
                failures),
            "sampler",
            Mailboxes.ownThread()),
        context.spawn(
            Supervision.resuming(
                Helper.FORENSICS,
                Forensics.create(runContext.directory().forensics(), listeners.forensics()),
                failures),
            "forensics",
            Mailboxes.ownThread()));
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
