package io.troupe.actors.fleet;

import static io.troupe.actors.fleet.JobNodes.PATIENCE;
import static io.troupe.actors.fleet.JobNodes.await;
import static io.troupe.actors.fleet.JobNodes.begin;
import static io.troupe.actors.fleet.JobNodes.done;
import static io.troupe.actors.fleet.JobNodes.failure;
import static io.troupe.actors.fleet.JobNodes.random;
import static io.troupe.actors.fleet.JobNodes.turned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.remote.artery.ArterySettings;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.troupe.actors.fleet.JobNodes.Node;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nodes that leave, hang or answer wrongly while they have jobs. */
@Tag("protocol")
class FleetJobFaultsTest {
  private final JobNodes nodes = new JobNodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  @Test
  void whatOneNodeLeavesAnotherOneDoes() throws Exception {
    Node trainer = nodes.node("trainer", "3s");
    Node first = nodes.node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    RemoteJobs.Job job = begin(jobs, random(1000));
    await("it is begun", () -> first.inputs.size() == 1);
    first.system.terminate();
    assertThat(failure(job))
        .matches(".*(is silent|leaves the fleet|has left the fleet|does not get on).*");

    Node second = nodes.node("evaluator");
    Node third = nodes.node("evaluator");
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

  /** It is not waited for until it counts as silent. */
  @Test
  void whatIsBegunByANodeThatLeavesIsHandedOnAtOnce() throws Exception {
    Node trainer = nodes.node("trainer", "100s");
    Node first = nodes.node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    RemoteJobs.Job job = begin(jobs, random(1000));
    await("it is begun", () -> first.inputs.size() == 1);
    first.system.terminate();
    assertThat(failure(job)).matches(".*(has left|leaves) the fleet");
  }

  /** A worker that hangs is left, and what it says later counts for nothing. */
  @Test
  void aWorkerThatDoesNotGetOnIsLeft() throws Exception {
    Node trainer = nodes.node("trainer", "2s");
    Node evaluator = nodes.node("evaluator");
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

  /** It does not even hear that its job is withdrawn: others do not wait for it. */
  @Test
  void nobodyWaitsForAWorkerThatHangs() throws Exception {
    Node trainer = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator", "2s");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    evaluator.deaf = true;
    RemoteJobs.Job hung = begin(jobs, random(10));
    await("it is begun", () -> evaluator.inputs.size() == 1);
    RemoteJobs.Job waits = begin(jobs, random(11));
    hung.withdraw();
    String reason = "it does not get on with a job that nobody wants any more";
    assertThat(failure(waits)).contains(reason);
    assertThat(failure(begin(jobs, random(12)))).contains(reason);
    evaluator.deaf = false;
    await(
        "it has ended",
        () -> {
          RemoteJobs.Job next = begin(jobs, random(13));
          await(
              "it is begun or not",
              () -> evaluator.inputs.size() > 1 || next.end().toCompletableFuture().isDone());
          next.withdraw();
          return evaluator.inputs.size() > 1;
        });
  }

  /** As of a worker of which memory is damaged: it is refused, and the desk goes on. */
  @Test
  void aResultOfNoPossibleLengthIsRefused() throws Exception {
    Node trainer = nodes.node("trainer");
    Blobs blobs = new Blobs(trainer.system);
    JobData data = new JobData(random(1000));
    for (int length : new int[] {-1, Integer.MAX_VALUE, 999, 1001}) {
      assertThatThrownBy(
              () ->
                  blobs
                      .collect(blobs.lend(data), length, data.sha256())
                      .toCompletableFuture()
                      .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("length " + length)
          .isInstanceOf(ExecutionException.class);
    }
    assertThatThrownBy(
            () ->
                blobs
                    .collect(blobs.lend(data), 1000, new JobData(random(999)).sha256())
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .hasMessageContaining("others than were sent");
  }

  /** A mistake in the work: the run hears of which, and the worker goes on. */
  @Test
  void whatIsWrongInTheWorkIsSaid() throws Exception {
    Node trainer = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    evaluator.fault = "a mistake of the work";
    assertThat(failure(begin(jobs, random(10)))).contains("a mistake of the work");
    evaluator.fault = "";
    evaluator.allowed.release();
    assertThat(done(begin(jobs, random(11))).output().bytes()).isEqualTo(turned(random(11)));
  }

  /** Akka warns where it waits for an answer of its own that never comes. */
  @Test
  void theEndOfAStreamIsHeardAtOnce() throws Exception {
    Node trainer = nodes.node("trainer");
    Node evaluator = nodes.node("evaluator");
    RemoteJobs jobs = trainer.asARunHasThem();
    await("it is found", () -> jobs.take(JobKind.EVALUATE));
    Logger logger = (Logger) LoggerFactory.getLogger(ArterySettings.class.getPackageName());
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    logger.addAppender(heard);
    try {
      evaluator.allowed.release(2);
      done(begin(jobs, random(2 * Blobs.PART)));
      done(begin(jobs, random(2 * Blobs.PART)));
      new CountDownLatch(1).await(4, TimeUnit.SECONDS);
    } finally {
      logger.detachAppender(heard);
    }
    assertThat(heard.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(message -> message.contains("Flush timeout"));
  }
}
