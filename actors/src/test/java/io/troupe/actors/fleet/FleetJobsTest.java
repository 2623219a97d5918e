package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.remote.Work;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Jobs from a run's process over its node to others, all of which are in this process; what is done
 * for a job is the test's. Every message is written and read.
 */
@Tag("protocol")
class FleetJobsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final List<Node> nodes = new ArrayList<>();

  /** A node without runs. */
  private static final class Node implements Work {
    private final ActorSystem<Void> system;
    private final FleetJobs jobs;
    private final Semaphore allowed = new Semaphore(0);
    private final List<byte[]> inputs = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";
    private volatile String fault = "";

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
        progress.accept(0.5);
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

  private Node node(String role) throws Exception {
    return node(role, "20s");
  }

  private Node node(String role, String patience) throws Exception {
    Node node = new Node(role, patience, nodes.stream().findFirst());
    nodes.add(node);
    return node;
  }

  @AfterEach
  void end() {
    nodes.forEach(Node::close);
    nodes.forEach(Node::end);
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("still waiting: " + what).isBefore(deadline);
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
  }

  private static byte[] turned(byte[] bytes) {
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = bytes[bytes.length - 1 - i];
    }
    return turned;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static RemoteJobs.Job begin(RemoteJobs jobs, byte[] input) {
    return jobs.begin(JobKind.EVALUATE, 7, input, share -> {});
  }

  private static RemoteJobs.Done done(RemoteJobs.Job job) throws Exception {
    return job.end().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static String failure(RemoteJobs.Job job) throws Exception {
    try {
      done(job);
      throw new AssertionError("it was done");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(JobException.class);
      return e.getCause().getMessage();
    }
  }

  @Test
  void aJobOfManyPartsGoesToAnotherNodeAndItsResultComesBack() throws Exception {
    Node trainer = node("trainer");
    RemoteJobs jobs = trainer.asARunHasThem();
    assertThat(jobs.take(JobKind.EVALUATE)).isFalse();
    assertThat(failure(begin(jobs, random(10)))).contains("no node of the fleet");
    Node evaluator = node("evaluator");
    await("it is found", () -> jobs.take(JobKind.EVALUATE));

    // Ends in the middle of a part, is a part, is nothing.
    for (int length : new int[] {50 * Blobs.PART + 123, Blobs.PART, 0}) {
      byte[] input = random(length);
      List<Double> shares = new CopyOnWriteArrayList<>();
      RemoteJobs.Job job = jobs.begin(JobKind.EVALUATE, 7, input, shares::add);
      await("it is half done", () -> shares.contains(0.5));
      evaluator.allowed.release();
      RemoteJobs.Done done = done(job);
      assertThat(done.output().bytes()).isEqualTo(turned(input));
      assertThat(done.node()).isEqualTo(evaluator.name());
    }
  }

  @Test
  void oneEvaluatorServesSeveralRunsOneAfterTheOther() throws Exception {
    Node a = node("trainer");
    Node b = node("trainer");
    Node evaluator = node("evaluator");
    List<RemoteJobs.Job> all = new ArrayList<>();
    for (Node node : List.of(a, b)) {
      RemoteJobs jobs = node.asARunHasThem();
      await("it is found", () -> jobs.take(JobKind.EVALUATE));
      for (int i = 0; i < 6; i++) {
        all.add(begin(jobs, random(100 + i)));
      }
    }
    await("one is begun", () -> evaluator.inputs.size() == 1);
    // One is done, eight may wait.
    await(
        "three are too many",
        () -> all.stream().filter(job -> job.end().toCompletableFuture().isDone()).count() == 3);
    assertThat(evaluator.inputs).hasSize(1);
    evaluator.allowed.release(9);
    StringJoiner failures = new StringJoiner("; ");
    int finished = 0;
    for (RemoteJobs.Job job : all) {
      try {
        done(job);
        finished++;
      } catch (ExecutionException e) {
        failures.add(e.getCause().getMessage());
      }
    }
    assertThat(finished).isEqualTo(9);
    assertThat(failures.toString()).contains("it has other jobs");
  }

  @Test
  void whatOneNodeLeavesAnotherOneDoes() throws Exception {
    Node trainer = node("trainer", "3s");
    Node first = node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    RemoteJobs.Job job = begin(jobs, random(1000));
    await("it is begun", () -> first.inputs.size() == 1);
    first.system.terminate();
    assertThat(failure(job)).matches(".*(is silent|it leaves the fleet|does not get on).*");

    Node second = node("evaluator");
    Node third = node("evaluator");
    await(
        "both are found",
        () -> {
          RemoteJobs.Job probe = begin(jobs, random(10));
          RemoteJobs.Job other = begin(jobs, random(10));
          await(
              "they are begun or not",
              () ->
                  second.inputs.size() + third.inputs.size() > 0
                      || probe.end().toCompletableFuture().isDone());
          new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
          boolean both = !second.inputs.isEmpty() && !third.inputs.isEmpty();
          probe.withdraw();
          other.withdraw();
          return both;
        });
    await("all is withdrawn", () -> second.inputs.size() >= 1);
    second.refusal = "it has not the dataset";
    second.allowed.release(100);
    third.allowed.release(100);
    for (int i = 0; i < 3; i++) {
      RemoteJobs.Done done = done(begin(jobs, random(1000 + i)));
      assertThat(done.node()).isEqualTo(third.name());
    }
    third.refusal = second.refusal;
    int before = second.inputs.size() + third.inputs.size();
    assertThat(failure(begin(jobs, random(9)))).contains("it has not the dataset");
    assertThat(second.inputs.size() + third.inputs.size())
        .as("each is asked once")
        .isEqualTo(before + 2);
  }

  /** A worker that hangs is left, and what it says later counts for nothing. */
  @Test
  void aWorkerThatDoesNotGetOnIsLeft() throws Exception {
    Node trainer = node("trainer", "2s");
    Node evaluator = node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    RemoteJobs.Job job = begin(jobs, random(10));
    assertThat(failure(job)).contains("does not get on with it");
    evaluator.allowed.release(1);
    byte[] input = random(20);
    await("it ends the old one", () -> evaluator.inputs.size() >= 1);
    RemoteJobs.Job next = begin(jobs, input);
    evaluator.allowed.release(10);
    assertThat(done(next).output().bytes()).isEqualTo(turned(input));
  }

  /** A mistake in the work: the run hears of which, and the worker goes on. */
  @Test
  void whatIsWrongInTheWorkIsSaid() throws Exception {
    Node trainer = node("trainer");
    Node evaluator = node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    evaluator.fault = "a mistake of the work";
    assertThat(failure(begin(jobs, random(10)))).contains("a mistake of the work");
    evaluator.fault = "";
    evaluator.allowed.release();
    assertThat(done(begin(jobs, random(11))).output().bytes()).isEqualTo(turned(random(11)));
  }

  @Test
  void aWithdrawnJobMakesRoomForTheNext() throws Exception {
    Node trainer = node("trainer");
    Node evaluator = node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    RemoteJobs.Job job = begin(jobs, random(10));
    await("it is begun", () -> evaluator.inputs.size() == 1);
    RemoteJobs.Job next = begin(jobs, random(11));
    job.withdraw();
    await("the next one is begun", () -> evaluator.inputs.size() == 2);
    evaluator.allowed.release();
    assertThat(done(next).output().bytes()).isEqualTo(turned(random(11)));
    assertThat(failure(job)).contains("withdrawn");
  }

  /** The process of a run was killed: nobody asks for its job, which held the evaluator up. */
  @Test
  void whatNobodyAsksForIsWithdrawn() throws Exception {
    Node trainer = node("trainer");
    Node evaluator = node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    Map<String, String> environment = trainer.jobs.environment();
    byte[] input = random(30);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(environment.get(NodeJobs.URL_VARIABLE) + "/jobs/x?kind=evaluate&step=1"))
            .header("Authorization", "Bearer " + environment.get(NodeJobs.TOKEN_VARIABLE))
            .header(NodeJobs.SHA256_HEADER, new JobData(input).sha256())
            .POST(HttpRequest.BodyPublishers.ofByteArray(input))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode())
        .isEqualTo(202);
    await("it is begun", () -> evaluator.inputs.size() == 1);
    RemoteJobs.Job next = begin(jobs, random(31));
    await("the next one is begun", () -> evaluator.inputs.size() == 2);
    evaluator.allowed.release();
    assertThat(done(next).output().bytes()).isEqualTo(turned(random(31)));
  }

  @Test
  void whoHasNotTheTokenIsRefused() throws Exception {
    Node trainer = node("trainer");
    Map<String, String> environment = trainer.jobs.environment();
    URI url = URI.create(environment.get(NodeJobs.URL_VARIABLE));
    assertThat(url.getHost()).isEqualTo("127.0.0.1");
    HttpClient client = HttpClient.newHttpClient();
    for (String token : List.of("", "Bearer ", "Bearer 0123")) {
      HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/kinds/evaluate"));
      if (!token.isEmpty()) {
        request.header("Authorization", token);
      }
      assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
          .isEqualTo(401);
    }
    HttpRequest right =
        HttpRequest.newBuilder(url.resolve("/jobs/x"))
            .header("Authorization", "Bearer " + environment.get(NodeJobs.TOKEN_VARIABLE))
            .build();
    assertThat(client.send(right, BodyHandlers.ofString()).statusCode()).isEqualTo(410);
    RemoteJobs foreign = new NodeJobs(url, "guessed");
    assertThat(foreign.take(JobKind.EVALUATE)).isFalse();
    assertThat(failure(begin(foreign, random(5)))).contains("the token is missing or wrong");
    assertThatThrownBy(() -> done(begin(foreign, random(5))))
        .hasCauseInstanceOf(JobException.class);
  }
}
