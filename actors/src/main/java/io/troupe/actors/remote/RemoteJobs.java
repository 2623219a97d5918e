package io.troupe.actors.remote;

import java.util.concurrent.CompletionStage;
import java.util.function.DoubleConsumer;

/**
 * Where a run has work done that is not training. Whatever becomes of a job, the run can do it
 * itself: a job that fails is only a job that was not done elsewhere. Thread-safe.
 */
public interface RemoteJobs {
  /**
   * What a job has come to.
   *
   * @param output as its kind says
   * @param node where it was done, HOST:PORT
   */
  record Done(JobData output, String node) {}

  /** A job that was handed over. */
  interface Job {
    /** Ends once, with what the job has come to or with a {@link JobException}. */
    CompletionStage<Done> end();

    /** Nobody wants it any more; its end may be a failure or not. */
    void withdraw();
  }

  /** Whether somebody does jobs of a kind at present; answers within a second or so. */
  boolean take(JobKind kind);

  /**
   * Hands a job over.
   *
   * @param step that it belongs to
   * @param input as its kind says
   * @param progress hears how far it is, in [0, 1], from any thread
   */
  Job begin(JobKind kind, long step, byte[] input, DoubleConsumer progress);
}
