package io.troupe.actors.fleet;

import static io.troupe.actors.fleet.JobNodes.await;
import static io.troupe.actors.fleet.JobNodes.begin;
import static io.troupe.actors.fleet.JobNodes.done;
import static io.troupe.actors.fleet.JobNodes.failure;
import static io.troupe.actors.fleet.JobNodes.random;
import static io.troupe.actors.fleet.JobNodes.turned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.fleet.JobNodes.Node;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.remote.RemoteJobs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Jobs from a run's process over its node to others, all of which are in this process. Every
 * message is written and read.
 */
@Tag("protocol")
class FleetJobsTest {
  private final JobNodes nodes = new JobNodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  @Test
  void aJobOfManyPartsGoesToAnotherNodeAndItsResultComesBack() throws Exception {
    Node trainer = nodes.node("trainer");
    RemoteJobs jobs = trainer.asARunHasThem();
    assertThat(jobs.take(JobKind.EVALUATE)).isFalse();
    assertThat(failure(begin(jobs, random(10)))).contains("no node of the fleet");
    Node evaluator = nodes.node("evaluator");
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
    Node a = nodes.node("trainer");
    Node b = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator");
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
        assertThat(((JobException) e.getCause()).isBusy()).isTrue();
      }
    }
    assertThat(finished).isEqualTo(9);
    assertThat(failures.toString()).contains("it has other jobs");
  }

  @Test
  void aWithdrawnJobMakesRoomForTheNext() throws Exception {
    Node trainer = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator");
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
    Node trainer = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator");
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
    Node trainer = nodes.node("trainer");
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
