package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.remote.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;

/** Nodes of a fleet without runs, all in this process; what is done for a job is the test's. */
final class JobNodes implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private final List<Node> nodes = new ArrayList<>();

  /** A node without runs. */
  static final class Node implements Work {
    final ActorSystem<Void> system;
    final FleetJobs jobs;
    final Semaphore allowed = new Semaphore(0);
    final List<byte[]> inputs = new CopyOnWriteArrayList<>();
    volatile String refusal = "";
    volatile String fault = "";
    volatile boolean deaf;

    Node(String role, String patience, Optional<Node> seed) throws Exception {
      Map<String, Object> values = new HashMap<>();
      values.put("akka.actor.serialize-messages", "on");
      values.put("akka.remote.artery.canonical.port", 0);
      values.put("akka.cluster.roles", List.of(role));
      values.put("troupe.fleet.jobs.silence", patience);
      values.put("troupe.fleet.jobs.standstill", patience);
      values.put("troupe.fleet.jobs.forgotten", "12s");
      Config config =
          ConfigFactory.parseMap(values)
              .withFallback(ConfigFactory.parseResources("fleet.conf"))
              .withFallback(ConfigFactory.load());
      system = ActorSystem.create(Behaviors.empty(), FleetNode.SYSTEM, config);
      Cluster cluster = Cluster.get(system);
      cluster
          .manager()
          .tell(
              Join.create(
                  Cluster.get(seed.map(node -> node.system).orElse(system))
                      .selfMember()
                      .address()));
      await("it joins", () -> cluster.selfMember().status() == MemberStatus.up());
      jobs = FleetJobs.start(system, List.of(role), Map.of(JobKind.EVALUATE, () -> this));
    }

    String name() {
      return new Members(system).self();
    }

    RemoteJobs asARunHasThem() {
      return NodeJobs.of(jobs.environment()).orElseThrow();
    }

    /** Turns the bytes round, as soon as it may. */
    @Override
    public byte[] run(byte[] input, DoubleConsumer progress) throws JobException {
      inputs.add(input);
      if (!fault.isEmpty()) {
        throw new IllegalArgumentException(fault);
      }
      progress.accept(0.5);
      while (!tryAcquire()) {
        if (!deaf) {
          progress.accept(0.5);
        }
      }
      if (!refusal.isEmpty()) {
        throw new JobException(refusal);
      }
      return turned(input);
    }

    private boolean tryAcquire() {
      try {
        return allowed.tryAcquire(20, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void end() {
      jobs.close();
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }

    @Override
    public void close() {
      allowed.release(1000);
    }
  }

  Node node(String role) throws Exception {
    return node(role, "20s");
  }

  Node node(String role, String patience) throws Exception {
    Node node = new Node(role, patience, nodes.stream().findFirst());
    nodes.add(node);
    return node;
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    nodes.forEach(Node::end);
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("still waiting: " + what).isBefore(deadline);
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  static byte[] turned(byte[] bytes) {
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = bytes[bytes.length - 1 - i];
    }
    return turned;
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static RemoteJobs.Job begin(RemoteJobs jobs, byte[] input) {
    return jobs.begin(JobKind.EVALUATE, 7, input, share -> {});
  }

  static RemoteJobs.Done done(RemoteJobs.Job job) throws Exception {
    return job.end().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static String failure(RemoteJobs.Job job) throws Exception {
    try {
      done(job);
      throw new AssertionError("it was done");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(JobException.class);
      return e.getCause().getMessage();
    }
  }
}
