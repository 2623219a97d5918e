package io.troupe.actors.fleet;

import akka.actor.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.ShardCoordinator;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** Puts each run's entity where the dispatcher has placed the run. A run is a shard of its own. */
final class PlacedByDispatcher extends ShardCoordinator.AbstractShardAllocationStrategy {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final akka.actor.typed.ActorRef<Dispatcher.Command> dispatcher;
  private final Members members;

  PlacedByDispatcher(
      ActorSystem<?> system, akka.actor.typed.ActorRef<Dispatcher.Command> dispatcher) {
    this.system = system;
    this.dispatcher = dispatcher;
    members = new Members(system);
  }

  /** Fails if the run has no place at present; sharding asks again at the next message to it. */
  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String run, Map<ActorRef, IndexedSeq<String>> regions) {
    Map<String, ActorRef> byNode = new HashMap<>();
    regions.keySet().forEach(region -> byNode.put(node(region), region));
    return FutureConverters.asScala(
        AskPattern.<Dispatcher.Command, Dispatcher.Place>ask(
                dispatcher,
                replyTo -> new Dispatcher.WhereTo(run, replyTo),
                PATIENCE,
                system.scheduler())
            .thenApply(
                place -> {
                  ActorRef region = place.node().map(byNode::get).orElse(null);
                  if (region == null) {
                    throw new IllegalStateException("the run %s has no place yet".formatted(run));
                  }
                  return region;
                }));
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> regions, Set<String> moving) {
    Map<String, String> nodes = new HashMap<>();
    regions.forEach(
        (region, runs) ->
            CollectionConverters.asJava(runs).forEach(run -> nodes.put(run, node(region))));
    nodes.keySet().removeAll(moving);
    // A node that is gone hands nothing off: sharding would wait for it, and knows by itself.
    nodes.values().retainAll(members.reachable());
    return FutureConverters.asScala(
        AskPattern.<Dispatcher.Command, Dispatcher.Places>ask(
                dispatcher, Dispatcher.WhereToAll::new, PATIENCE, system.scheduler())
            .<Set<String>>thenApply(
                places -> {
                  nodes.entrySet().removeIf(run -> !isElsewhere(run, places.nodes()));
                  return new HashSet<>(nodes.keySet());
                }));
  }

  private static boolean isElsewhere(Map.Entry<String, String> run, Map<String, String> wanted) {
    return !run.getValue().equals(wanted.getOrDefault(run.getKey(), run.getValue()));
  }

  private String node(ActorRef region) {
    return region.path().address().hasLocalScope()
        ? members.self()
        : Members.name(region.path().address());
  }
}
