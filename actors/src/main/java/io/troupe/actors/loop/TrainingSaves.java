package io.troupe.actors.loop;

import io.troupe.actors.memory.Lease;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.time.Duration;
import java.util.Optional;

/** Training states on their way to the checkpointer; belongs to the trainer. */
final class TrainingSaves {
  private final GanTraining training;
  private final TrainingBuffers buffers;
  private final Trainer.Colleagues colleagues;
  private boolean wanted;
  private long sent;

  /**
   * Of which nothing is wanted yet.
   *
   * @param sent newest step that an earlier trainer sent; -1 if there is none
   */
  TrainingSaves(
      GanTraining training, TrainingBuffers buffers, Trainer.Colleagues colleagues, long sent) {
    this.training = training;
    this.buffers = buffers;
    this.colleagues = colleagues;
    this.sent = sent;
  }

  /** Somebody asked for a save, which is made as soon as a buffer is free. */
  void want() {
    wanted = true;
  }

  /** Whether somebody still waits for a save. */
  boolean isWanted() {
    return wanted;
  }

  /** Newest step that was sent; -1 if there is none. */
  long sent() {
    return sent;
  }

  /**
   * Sends the state if somebody wants it or it is regular, and a buffer is free.
   *
   * @param step the last finished iteration
   */
  void ifDue(long step, boolean regular) {
    if (!regular && !wanted) {
      return;
    }
    Optional<Lease<TrainingState>> state = buffers.states().tryLease();
    if (state.isPresent()) {
      send(step, state.get());
      wanted = false;
    } else if (regular && !wanted) {
      colleagues.listener().tell(new Trainer.SaveSkipped(step));
    }
  }

  /**
   * Sends the last state; waits until a buffer is free.
   *
   * @param timeout after which it fails
   */
  void last(long step, Duration timeout) throws InterruptedException {
    Lease<TrainingState> state = buffers.states().lease(timeout);
    // Before the state leaves: whoever waits for the last file must know that it is the last.
    colleagues.listener().tell(new Trainer.Stopped(step));
    send(step, state);
  }

  private void send(long step, Lease<TrainingState> state) {
    state.value().copyFrom(training, step);
    sent = step;
    colleagues.emaKeeper().tell(new EmaKeeper.Complete(state, colleagues.checkpointer()));
  }
}
