package io.troupe.actors.monitoring;

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import io.troupe.metrics.ScoreName;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.memory.NativeArrays;
import io.troupe.models.training.StepResult;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;

/**
 * The Prometheus metrics of a run, all prefixed {@code troupe_}, beside those of the JVM. Only this
 * class and those that it registers know the client library's metric types. Thread-safe.
 */
public final class RunMetrics {
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300
  };
  private static final double[] LONG_SECONDS = {0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 900, 3600};

  private final CollectorRegistry registry = new CollectorRegistry();
  private final PoolSizes pools = new PoolSizes();
  private final EngineTraffic engine = new EngineTraffic();

  private final Gauge step = gauge("step", "Last finished iteration");
  private final Gauge epoch = gauge("epoch", "Passes over the data, the present one included");
  private final Counter images = counter("images", "Real pictures trained on");
  private final Histogram stepSeconds =
      histogram(MetricNames.STEP_SECONDS, "Time of an iteration", SECONDS);
  private final Counter phaseSeconds =
      counter("phase_seconds", "Time of the trainer by phase", "phase");
  private final Gauge loss = gauge("loss", "Loss of the last iteration", "network");
  private final Gauge logit =
      gauge("discriminator_logit", "Mean logit of the last iteration", "pictures");
  private final Gauge augmentation =
      gauge("augmentation_probability", "Of adaptive augmentations; 0 without any");
  private final Counter dataWait =
      counter(MetricNames.DATA_WAIT_SECONDS, "Trainer idle for its batch");
  private final Counter leaseWait =
      counter(MetricNames.LEASE_WAIT_SECONDS, "Trainer idle for a buffer for its result");
  private final Gauge lastStep = gauge("last_step_timestamp_seconds", "When an iteration ended");
  private final Gauge readyBatches = gauge("ready_batches", "Batches that wait for the trainer");
  private final Gauge emaStep = gauge("ema_step", "Last iteration in the moving average");
  private final Gauge score = gauge("score", "Scores of the newest evaluation", "metric", "better");
  private final Gauge evaluationStep = gauge("evaluation_step", "Whose scores these are");
  private final Gauge evaluationShare =
      gauge("evaluation_progress_ratio", "How far the newest evaluation is, from 0 to 1");
  private final Histogram evaluationSeconds =
      histogram("evaluation_seconds", "Time of an evaluation", LONG_SECONDS);
  private final Counter evaluations = counter("evaluations", "Evaluations by outcome", "outcome");
  private final Counter remoteJobs =
      counter("remote_jobs", "Jobs that were handed to nodes of the fleet", "kind", "outcome");
  private final Histogram gridSeconds = histogram("grid_seconds", "Time of a sample grid", SECONDS);
  private final Histogram checkpointSeconds =
      histogram("checkpoint_seconds", "Time of a checkpoint's writing", SECONDS);
  private final Gauge checkpointBytes = gauge("checkpoint_bytes", "Size of the newest checkpoint");
  private final Gauge checkpointStep =
      gauge("checkpoint_step", "Iteration of the newest checkpoint");
  private final Gauge checkpointTime =
      gauge("checkpoint_last_success_timestamp_seconds", "When a checkpoint was written");
  private final Counter checkpointFailures =
      counter("checkpoint_failures", "Failed attempts to write a checkpoint");
  private final Counter checkpointsSkipped =
      counter("checkpoints_skipped", "Checkpoints left out because one was being written");
  private final Counter rollbacks = counter("rollbacks", "Returns to a checkpoint after a failure");
  private final Gauge collapse =
      gauge("collapse", "1 while a sign is seen that training has collapsed", "sign");
  private final Counter settingsChanges =
      counter(
          "settings_changes", "Settings that were changed while the run went on, or at its start");
  private final Counter restarts =
      counter(MetricNames.ACTOR_RESTARTS, "Restarts of an actor", "actor");
  private final Gauge helperFailing =
      gauge(MetricNames.HELPER_FAILING, "1 while a helper of training fails", "helper");
  private final Counter helperFailures =
      counter("helper_failures", "Failures of a helper of training", "helper");
  private final Gauge journalWaiting =
      gauge("journal_waiting_events", "Events in memory that could not be written yet");
  private final Counter journalLost =
      counter("journal_lost_events", "Events that were never written");
  private final Gauge runInfo =
      gauge("run_info", "What the daemon trains; always 1", "run", "preset", "dataset", "version");
  private final Gauge runState = gauge("run_state", "1 for the present state", "state");

  /** Metrics in a registry of their own. */
  public RunMetrics(String version, String backend, List<String> states) {
    DefaultExports.register(registry);
    gauge("build_info", "What runs; always 1", "version", "backend")
        .labels(version, backend)
        .set(1);
    states.forEach(state -> runState.labels(state).set(0));
    for (String phase : List.of("discriminator", "generator", "ema", "other")) {
      phaseSeconds.labels(phase);
    }
    for (String outcome : List.of("finished", "cancelled", "failed")) {
      evaluations.labels(outcome);
    }
    for (String outcome : List.of("done", "failed")) {
      remoteJobs.labels("evaluate", outcome);
      remoteJobs.labels("sample", outcome);
      remoteJobs.labels("augment", outcome);
    }
    for (String actor : List.of("augment-worker", "evaluator", "sampler")) {
      restarts.labels(actor);
    }
    gauge("native_array_bytes", "Arrays of numbers outside of the Java heap that are not closed")
        .setChild(read(NativeArrays::bytes));
    // More than those arrays is outside of the heap: what is left of the process is.
    gauge(MetricNames.OFFHEAP_BYTES, "Resident memory outside of the Java heap")
        .setChild(read(() -> Pointer.physicalBytes() - Runtime.getRuntime().totalMemory()));
    gauge(
            MetricNames.OFFHEAP_LIMIT_BYTES,
            "What the Java heap leaves of the memory of the machine or its container")
        .setChild(read(() -> memory() - Runtime.getRuntime().totalMemory()));
    new MailboxSizes().register(registry);
    pools.register(registry);
    engine.register(registry);
  }

  /**
   * What the daemon trains.
   *
   * @param run the name of the run's folder
   * @param dataset its kind
   */
  public void run(String run, String preset, String dataset, String version) {
    runInfo.clear();
    runInfo.labels(run, preset, dataset, version).set(1);
  }

  /** What computes has memory of its own. */
  public void engine(EngineMemory memory) {
    engine.of(memory);
  }

  /** What is exported. */
  public CollectorRegistry registry() {
    return registry;
  }

  /** The run is in a state. */
  public void state(String now, List<String> all) {
    all.forEach(state -> runState.labels(state).set(state.equals(now) ? 1 : 0));
  }

  /**
   * An iteration is done.
   *
   * @param pictures real pictures in it
   * @param seconds of the whole iteration
   * @param emaSeconds of handing the generator to the moving average
   */
  public void stepCompleted(
      StepResult result,
      long currentEpoch,
      int pictures,
      double seconds,
      double emaSeconds,
      double dataWaitSeconds,
      double leaseWaitSeconds) {
    step.set((double) result.step());
    epoch.set((double) currentEpoch);
    images.inc(pictures);
    stepSeconds.observe(seconds);
    phaseSeconds.labels("discriminator").inc(result.discriminatorSeconds());
    phaseSeconds.labels("generator").inc(result.generatorSeconds());
    phaseSeconds.labels("ema").inc(emaSeconds);
    double rest =
        seconds
            - result.discriminatorSeconds()
            - result.generatorSeconds()
            - emaSeconds
            - leaseWaitSeconds;
    phaseSeconds.labels("other").inc(Math.max(0, rest));
    loss.labels("discriminator").set(result.discriminatorLoss());
    loss.labels("generator").set(result.generatorLoss());
    logit.labels("real").set(result.realLogit());
    logit.labels("fake").set(result.fakeLogit());
    augmentation.set(Double.isFinite(result.augmentation()) ? result.augmentation() : 0);
    dataWait.inc(Math.max(0, dataWaitSeconds));
    leaseWait.inc(leaseWaitSeconds);
    lastStep.setToCurrentTime();
  }

  /** So many batches wait for the trainer. */
  public void readyBatches(int count) {
    readyBatches.set(count);
  }

  /** The moving average has followed to a step. */
  public void emaStep(long followed) {
    emaStep.set((double) followed);
  }

  /** A running evaluation has come so far. */
  public void evaluationAdvanced(double share) {
    evaluationShare.set(share);
  }

  /** The newest scores. */
  public void scores(long ofStep, Map<String, Double> scores) {
    scores.forEach(
        (metric, value) ->
            score
                .labels(metric, ScoreName.of(metric).direction().map(Object::toString).orElse(""))
                .set(value));
    evaluationStep.set((double) ofStep);
  }

  /** An evaluation has ended with scores. */
  public void evaluated(double seconds) {
    evaluationShare.set(1);
    evaluationSeconds.observe(seconds);
    evaluations.labels("finished").inc();
  }

  /** An evaluation ended without scores: {@code cancelled} or {@code failed}. */
  public void evaluationLost(String outcome) {
    evaluations.labels(outcome).inc();
  }

  /**
   * A job that was handed to a node of the fleet has come to an end.
   *
   * @param done whether the node has done it; else the run does it itself
   */
  public void remoteJob(String kind, boolean done) {
    remoteJobs.labels(kind, done ? "done" : "failed").inc();
  }

  /** A sample grid was written. */
  public void gridWritten(double seconds) {
    gridSeconds.observe(seconds);
  }

  /** A checkpoint was written. */
  public void checkpointSaved(long ofStep, long bytes, double seconds) {
    checkpointSeconds.observe(seconds);
    checkpointBytes.set((double) bytes);
    checkpointStep.set((double) ofStep);
    checkpointTime.setToCurrentTime();
  }

  /** An attempt to write a checkpoint failed. */
  public void checkpointFailed() {
    checkpointFailures.inc();
  }

  /** A checkpoint was left out. */
  public void checkpointSkipped() {
    checkpointsSkipped.inc();
  }

  /** The run went back to a checkpoint. */
  public void rolledBack() {
    rollbacks.inc();
  }

  /** A sign of a collapse is looked for, and seen or not. */
  public void collapse(String sign, boolean seen) {
    collapse.labels(sign).set(seen ? 1 : 0);
  }

  /** So many settings were changed. */
  public void settingsChanged(int count) {
    settingsChanges.inc(count);
  }

  /** An actor failed and was started again. */
  public void restarted(String actor) {
    restarts.labels(actor).inc();
  }

  /** A helper of training failed. */
  public void helperFailed(String helper) {
    helperFailing.labels(helper).set(1);
    helperFailures.labels(helper).inc();
  }

  /** A helper of training works. */
  public void helperWorks(String helper) {
    helperFailing.labels(helper).set(0);
    helperFailures.labels(helper);
  }

  /**
   * The journal has told how far it is behind.
   *
   * @param waiting events in memory
   * @param lost events dropped since it told last
   */
  public void journal(int waiting, long lost) {
    journalWaiting.set(waiting);
    journalLost.inc((double) lost);
  }

  /**
   * A training loop lends buffers; those of an earlier loop are gone.
   *
   * @param available tells how many are not lent
   */
  public void pool(String name, int size, IntSupplier available) {
    pools.put(name, size, available);
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.build(full(name), help).labelNames(labels).register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.build(full(name), help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help, double[] buckets) {
    return Histogram.build(full(name), help).buckets(buckets).register(registry);
  }

  private static String full(String name) {
    return name.startsWith(MetricNames.PREFIX) ? name : MetricNames.PREFIX + name;
  }

  private static Gauge.Child read(LongSupplier value) {
    return new Gauge.Child() {
      @Override
      public double get() {
        return (double) value.getAsLong();
      }
    };
  }

  /**
   * Of the container or of the machine: the launcher lifts JavaCPP's limit, so this is the only
   * one.
   */
  private static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
