package io.troupe.actors.fleet;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One run of a fleet, on the node where it has its slot: begins its process, tells the dispatcher
 * how it is, ends it. There is one of a run in the whole cluster, which Cluster Sharding sees to;
 * that its process is the only one is seen to by the {@link Claim} and the lock on the run's
 * folder.
 */
final class RunEntity extends AbstractBehavior<RunEntity.Command> {
  static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "run");

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Of the last lines of a log, to say why a process failed. */
  private static final int LOG_BYTES = 4096;

  private static final int LONGEST_MESSAGE = 500;
  private static final int FIRST_SIGNAL = 128;

  /** What an entity hears. */
  sealed interface Command {}

  /**
   * The run is to train here. Repeated every second by the dispatcher.
   *
   * @param node for which this is meant; another one's entity does nothing
   * @param ending whether its process is to end, with a checkpoint
   */
  record Keep(String preset, List<String> settings, String node, long epoch, boolean ending)
      implements Command, FleetMessage {}

  /** The dispatcher knows how it ended. */
  record Dismiss() implements Command, FleetMessage {}

  /** The run goes to another node, or this node leaves. */
  record HandOff() implements Command, FleetMessage {}

  private enum Look implements Command, NoSerializationVerificationNeeded {
    LOOK
  }

  /** The entity's surroundings. */
  record Place(
      FleetFolder folder,
      String node,
      Children children,
      ActorRef<Dispatcher.Command> dispatcher) {}

  private final String name;
  private final Place place;
  private final RunDirectory directory;
  private final RunCatalogue catalogue;
  private Keep wanted;
  private RunProcess process;
  private long epochOfProcess;
  private Dispatcher.RunReport end;
  private boolean leaving;

  private RunEntity(
      ActorContext<Command> context, TimerScheduler<Command> timers, String name, Place place) {
    super(context);
    this.name = name;
    this.place = place;
    directory = place.folder().run(name);
    catalogue = RunCatalogue.of(directory);
    timers.startTimerWithFixedDelay(Look.LOOK, LOOK);
  }

  static Behavior<Command> create(String name, Place place) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RunEntity(context, timers, name, place)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Keep.class, this::keep)
        .onMessage(Look.class, look -> look())
        .onMessage(Dismiss.class, dismiss -> process == null ? Behaviors.stopped() : this)
        .onMessage(HandOff.class, handOff -> leave())
        .onSignal(PostStop.class, signal -> stopped())
        .build();
  }

  private Behavior<Command> keep(Keep keep) throws IOException {
    if (!keep.node().equals(place.node()) || leaving) {
      return this;
    }
    boolean anew = wanted == null || keep.epoch() > wanted.epoch();
    if (wanted != null && keep.epoch() < wanted.epoch()) {
      return this;
    }
    wanted = keep;
    if (process != null) {
      if (anew || keep.ending()) {
        process.stop();
      }
      return this;
    }
    if (anew) {
      end = null;
    }
    if (end != null) {
      place.dispatcher().tell(end);
    } else if (keep.ending()) {
      ended(FleetBook.Outcome.STOPPED, "");
    } else {
      begin();
    }
    return this;
  }

  private void begin() throws IOException {
    if (!Claim.take(place.folder().claim(name), wanted.epoch())) {
      return; // A later placement has it, of which the dispatcher knows.
    }
    if (RunLock.isHeld(directory)) {
      report("another process still holds the run");
      return;
    }
    epochOfProcess = wanted.epoch();
    process =
        place
            .children()
            .train(directory, wanted, Tether.argument(place.folder().claim(name), wanted.epoch()));
  }

  private Behavior<Command> look() throws IOException {
    if (process == null) {
      return this;
    }
    OptionalInt code = process.exitCode();
    if (code.isEmpty()) {
      process.pulse();
      report("");
      return this;
    }
    process = null;
    if (leaving) {
      return Behaviors.stopped();
    }
    // Else it was ended for a placement that begins with the next message.
    if (epochOfProcess == wanted.epoch()) {
      over(code.getAsInt());
    }
    return this;
  }

  private void over(int code) throws IOException {
    RunSummary summary = summary();
    if (summary.state() == RunSummary.State.FINISHED) {
      ended(FleetBook.Outcome.COMPLETE, "");
    } else if (code == 0 || code == Tether.NODE_GONE) {
      ended(FleetBook.Outcome.STOPPED, "its process ended at step " + summary.step());
    } else if (RunLock.isHeld(directory)) {
      ended(FleetBook.Outcome.STOPPED, "another process was sooner to hold the run");
    } else if (code >= FIRST_SIGNAL) {
      ended(FleetBook.Outcome.CRASHED, "its process ended with exit code " + code);
    } else {
      ended(FleetBook.Outcome.FAILED, lastWords());
    }
  }

  private RunSummary summary() throws IOException {
    return catalogue.runs().get(0).glance(Optional.empty());
  }

  private String lastWords() throws IOException {
    List<String> lines =
        catalogue.runs().get(0).log(LOG_BYTES).text().lines().filter(l -> !l.isBlank()).toList();
    return lines.isEmpty() ? "its process failed without a word" : lines.get(lines.size() - 1);
  }

  private void ended(FleetBook.Outcome outcome, String message) throws IOException {
    RunSummary summary = summary();
    end = told(summary, Optional.of(outcome), message);
    place.dispatcher().tell(end);
  }

  private void report(String message) throws IOException {
    place.dispatcher().tell(told(summary(), Optional.empty(), message));
  }

  private Dispatcher.RunReport told(
      RunSummary summary, Optional<FleetBook.Outcome> outcome, String message) {
    Optional<ScoreSpan> score = summary.score();
    return new Dispatcher.RunReport(
        name,
        wanted.epoch(),
        outcome,
        summary.step(),
        summary.steps(),
        score.map(span -> OptionalLong.of(span.newest().step())).orElse(OptionalLong.empty()),
        score.map(span -> Map.of(span.name(), span.newest().value())).orElse(Map.of()),
        message.substring(0, Math.min(LONGEST_MESSAGE, message.length())));
  }

  private Behavior<Command> leave() {
    if (process == null) {
      return Behaviors.stopped();
    }
    leaving = true;
    process.stop();
    return this;
  }

  private Behavior<Command> stopped() {
    if (process != null) {
      process.letGo();
      process = null;
    }
    return this;
  }
}
