package io.troupe.actors.fleet;

import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.Work;
import io.troupe.actors.supervision.Supervision;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a {@link JobWorker}, which does the work; it owns what that is done with. */
final class WorkThread {
  private static final Logger LOG = LoggerFactory.getLogger(WorkThread.class);

  private final Map<JobKind, Supplier<Work>> kinds;
  private final ExecutorService thread;

  /** In that thread only. */
  private final Map<JobKind, Work> works = new EnumMap<>(JobKind.class);

  /**
   * One that has nothing to do yet.
   *
   * @param kinds what it does, each made when it is needed first
   */
  WorkThread(String name, Map<JobKind, Supplier<Work>> kinds) {
    this.kinds = kinds;
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              return made;
            });
  }

  /** Whether it does such jobs. */
  boolean does(String kind) {
    return JobKind.of(kind).filter(kinds::containsKey).isPresent();
  }

  /**
   * Does a job after those before.
   *
   * @param progress as {@link Work#run} says
   * @return its output, or a {@link JobException} that says why there is none
   */
  CompletionStage<JobData> begin(JobKind kind, JobData input, DoubleConsumer progress) {
    CompletableFuture<JobData> end = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            end.complete(work(kind, input, progress));
          } catch (JobException e) {
            end.completeExceptionally(e);
          }
        });
    return end;
  }

  private JobData work(JobKind kind, JobData input, DoubleConsumer progress) throws JobException {
    try {
      Work work = works.computeIfAbsent(kind, missing -> kinds.get(kind).get());
      return new JobData(work.run(input.bytes(), progress));
    } catch (CancellationException e) {
      throw new JobException(e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      LOG.error("a job of kind {} failed", kind.label(), e);
      throw new JobException(Supervision.describe(e), e);
    }
  }

  /** Ends it after the present job. */
  void end() {
    thread.execute(() -> works.values().forEach(Work::close));
    thread.shutdown();
  }
}
