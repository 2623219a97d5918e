package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where an actor gets snapshots from: one training loop's average after another's. What was asked
 * of a loop that has ended is asked of the next one, so that nobody waits in vain.
 */
public final class SnapshotSource {
  private final ActorRef<EmaKeeper.Snapshot> receiver;
  private final List<Object> asked = new ArrayList<>();
  private Optional<ActorRef<EmaKeeper.Command>> keeper = Optional.empty();

  /**
   * A source that follows nobody yet.
   *
   * @param receiver gets the snapshots
   */
  public SnapshotSource(ActorRef<EmaKeeper.Snapshot> receiver) {
    this.receiver = receiver;
  }

  /** Gets the snapshots of every so many steps from now on; 0 is none but those asked for. */
  public void follow(ActorRef<EmaKeeper.Command> next, long every) {
    boolean another = !keeper.equals(Optional.of(next));
    keeper = Optional.of(next);
    next.tell(new EmaKeeper.Subscribe(every, receiver));
    if (another) {
      asked.forEach(this::request);
    }
  }

  /**
   * Asks for a snapshot.
   *
   * @param purpose comes back with it
   * @return whether there is anybody to ask
   */
  public boolean ask(Object purpose) {
    if (keeper.isEmpty()) {
      return false;
    }
    asked.add(purpose);
    request(purpose);
    return true;
  }

  private void request(Object purpose) {
    keeper.orElseThrow().tell(new EmaKeeper.SnapshotRequest(receiver, Optional.of(purpose)));
  }

  /**
   * Whether a snapshot is one that is waited for. One may come twice, if two loops were asked.
   *
   * @return if not, it is given back
   */
  public boolean isWanted(EmaKeeper.Snapshot snapshot) {
    boolean wanted = snapshot.purpose().isEmpty() || asked.remove(snapshot.purpose().get());
    if (!wanted) {
      snapshot.average().close();
    }
    return wanted;
  }

  /** Gets none any more. */
  public void leave() {
    keeper.ifPresent(present -> present.tell(new EmaKeeper.Subscribe(0, receiver)));
  }
}
