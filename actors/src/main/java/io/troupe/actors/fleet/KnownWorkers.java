package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.receptionist.Receptionist;
import io.troupe.actors.remote.JobKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The workers of a fleet that a node knows of, and whom it asks first. */
final class KnownWorkers {
  /**
   * A worker that a job may go to.
   *
   * @param queues whether the job may wait there for others
   */
  record Candidate(ActorRef<JobWorker.Command> worker, boolean queues) {}

  private final Members members;
  private final Map<JobKind, Set<ActorRef<JobWorker.Command>>> workers =
      new EnumMap<>(JobKind.class);

  /** With those on nodes that cannot be reached at present. */
  private final Map<JobKind, Set<ActorRef<JobWorker.Command>>> all = new EnumMap<>(JobKind.class);

  /** None yet. */
  KnownWorkers(Members members) {
    this.members = members;
  }

  /** Those of a kind are these now. */
  void found(Receptionist.Listing listing) {
    for (JobKind kind : JobKind.values()) {
      if (listing.isForKey(JobWorker.key(kind))) {
        workers.put(kind, listing.getServiceInstances(JobWorker.key(kind)));
        all.put(kind, listing.getAllServiceInstances(JobWorker.key(kind)));
      }
    }
  }

  /** Whether a worker that did jobs of a kind has ended, or its node has. */
  boolean hasLeft(JobKind kind, ActorRef<JobWorker.Command> worker) {
    return !all.getOrDefault(kind, Set.of()).contains(worker);
  }

  /** Whether anybody does jobs of a kind. */
  boolean has(JobKind kind) {
    return !workers.getOrDefault(kind, Set.of()).isEmpty();
  }

  /**
   * Who may do a job, the best first: those that have nothing to do, then those with a queue; nodes
   * that train nothing before others, then this one.
   */
  List<Candidate> candidates(JobKind kind) {
    Set<String> training = members.training();
    List<ActorRef<JobWorker.Command>> best =
        workers.getOrDefault(kind, Set.of()).stream()
            .sorted(
                Comparator.comparing(
                        (ActorRef<JobWorker.Command> worker) -> training.contains(node(worker)))
                    .thenComparing(worker -> !node(worker).equals(members.self()))
                    .thenComparing(this::node))
            .toList();
    List<Candidate> all = new ArrayList<>();
    best.forEach(worker -> all.add(new Candidate(worker, false)));
    if (kind.waits()) {
      best.forEach(worker -> all.add(new Candidate(worker, true)));
    }
    return all;
  }

  /** Where a worker is, HOST:PORT. */
  String node(ActorRef<?> worker) {
    return worker.path().address().hasLocalScope()
        ? members.self()
        : Members.name(worker.path().address());
  }
}
