package io.troupe.actors.fleet;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.ShardingMessageExtractor;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;

/**
 * Runs as entities of Cluster Sharding, each a shard, so that each is placed and moved by itself.
 */
final class RunShards {
  private RunShards() {}

  /** Lets a node have entities of runs, if it is a trainer, and send to them. */
  static void begin(ActorSystem<?> system, RunEntity.Place place) {
    ClusterSharding.get(system)
        .init(
            Entity.of(RunEntity.KEY, context -> RunEntity.create(context.getEntityId(), place))
                .withRole(FleetNode.TRAINER)
                .withStopMessage(new RunEntity.HandOff())
                .withEntityProps(DispatcherSelector.fromConfig("troupe.pinned-dispatcher"))
                .withMessageExtractor(new ShardOfItsOwn())
                .withAllocationStrategy(new PlacedByDispatcher(system, place.dispatcher())));
  }

  private static final class ShardOfItsOwn
      extends ShardingMessageExtractor<ShardingEnvelope<RunEntity.Command>, RunEntity.Command> {
    @Override
    public String entityId(ShardingEnvelope<RunEntity.Command> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String run) {
      return run;
    }

    @Override
    public RunEntity.Command unwrapMessage(ShardingEnvelope<RunEntity.Command> envelope) {
      return envelope.message();
    }
  }
}
