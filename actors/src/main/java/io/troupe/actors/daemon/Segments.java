package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.SettingsChange;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The segments of a run, in each of which settings are constant, and the way from one to the next:
 * the trainer hands its networks over after a step, the loop ends, the change is recorded, and a
 * loop with the other settings goes on. Commands that come meanwhile wait until then. Belongs to
 * the daemon and runs in its thread.
 */
final class Segments {
  /** Commands that wait at most; further ones are refused. */
  private static final int MOST_WAITING = 256;

  /**
   * A change that somebody has asked for.
   *
   * @param replyTo gets the answer
   */
  record Request(SettingsChange change, ActorRef<RunAnswer> replyTo) {}

  /** How far the way from one segment to the next is gone. */
  enum Phase {
    /** Not begun. */
    STEADY,
    /** The trainer has been told to hand over. */
    ENDING,
    /** It has, and its loop is told to end. */
    CLOSING,
    /** The training gets its other settings. */
    PREPARING,
    /** The next loop is being assembled. */
    BEGINNING
  }

  private final RunDirectory directory;
  private final ActorRef<Checkpointer.Command> checkpointer;
  private final Deque<RunCommand.Asked> waiting = new ArrayDeque<>();
  private SettingsHistory history;
  private long firstStep = 1;
  private Phase phase = Phase.STEADY;
  private Optional<Request> request = Optional.empty();

  /** Of a run whose history is recorded already. */
  Segments(
      RunDirectory directory,
      ActorRef<Checkpointer.Command> checkpointer,
      SettingsHistory history) {
    this.directory = directory;
    this.checkpointer = checkpointer;
    this.history = history;
    checkpointer.tell(new Checkpointer.Changes(history.changes()));
  }

  /** All settings of the run, as they are recorded. */
  SettingsHistory history() {
    return history;
  }

  /** What holds in the present segment. */
  RunSettings settings() {
    return history.at(firstStep);
  }

  /** The present segment begins with a step. */
  void begin(long step) {
    firstStep = step;
  }

  /** How far the present segment's trainer goes, and how often it saves. */
  Trainer.Configure limits() {
    RunSettings settings = settings();
    boolean ranked = settings.checkpoints().keepsBest();
    return new Trainer.Configure(
        settings.training().steps(),
        settings.checkpoints().every(),
        ranked ? settings.evaluation().every() : 0,
        end());
  }

  /** The last step of the present segment. */
  private long end() {
    OptionalLong next = history.nextAfter(firstStep);
    return next.isPresent() ? next.getAsLong() - 1 : Trainer.Configure.NO_END;
  }

  /**
   * Records the run's settings, in its config.conf and in all checkpoints from now on.
   *
   * @throws IOException if the file cannot be written; then nothing has changed
   */
  void record(SettingsHistory changed) throws IOException {
    AtomicFile.replace(directory.config(), SettingsLoader.render(changed));
    checkpointer.tell(new Checkpointer.Changes(changed.changes()));
    history = changed;
  }

  /**
   * The run has gone back to a step. What only a start can change holds from there on, because it
   * holds as long as this daemon lives.
   *
   * @return what was recorded anew of that
   */
  List<SettingsChange.Changed> wentBack(long step) throws IOException {
    List<String> keys =
        history.keysAfter(step).stream()
            .filter(key -> SettingsChange.kind(key) != SettingsChange.Kind.FROM_STEP)
            .toList();
    return keys.isEmpty() ? List.of() : change(step, keys, history.newest());
  }

  /**
   * Records that settings have other values in the steps after one.
   *
   * @param target has the values
   * @return what was recorded
   */
  List<SettingsChange.Changed> change(long step, List<String> keys, RunSettings target)
      throws IOException {
    record(history.changed(step + 1, keys, target));
    return history.from(step + 1).stream()
        .filter(change -> keys.contains(change.key()))
        .map(
            change ->
                new SettingsChange.Changed(
                    change.key(), change.from(), change.to(), OptionalLong.of(step + 1)))
        .toList();
  }

  /** Whether the segment is ending, or the next one beginning. */
  boolean underWay() {
    return phase != Phase.STEADY;
  }

  /** How far it is. */
  Phase phase() {
    return phase;
  }

  /** It is so far. */
  void reached(Phase now) {
    phase = now;
  }

  /** The trainer has been told to end the segment. */
  void endFor(Request wanted) {
    phase = Phase.ENDING;
    request = Optional.of(wanted);
  }

  /** What was asked for, which is then asked for no more. */
  Optional<Request> takeRequest() {
    Optional<Request> taken = request;
    request = Optional.empty();
    return taken;
  }

  /** What was asked for. */
  Optional<Request> request() {
    return request;
  }

  /** Keeps a command until the next segment has begun. */
  void await(RunCommand.Asked command, long step) {
    if (waiting.size() < MOST_WAITING) {
      waiting.addLast(command);
    } else {
      command
          .replyTo()
          .tell(new RunAnswer.Refused(step, "a change of settings is under way; ask again"));
    }
  }

  /**
   * The next segment has begun, or there will be none.
   *
   * @return the commands that waited
   */
  List<RunCommand.Asked> over() {
    phase = Phase.STEADY;
    List<RunCommand.Asked> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }
}
