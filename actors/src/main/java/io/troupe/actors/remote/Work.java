package io.troupe.actors.remote;

import java.util.function.DoubleConsumer;

/** Does jobs of one kind for runs of other processes, one at a time. */
public interface Work extends AutoCloseable {
  /**
   * Does a job.
   *
   * @param progress hears how far it is, in [0, 1]; ends the job by a {@link
   *     java.util.concurrent.CancellationException} if nobody wants it any more
   * @return its output, as its kind says
   * @throws JobException if it cannot be done here, e.g. because this machine has not the dataset;
   *     the run does it itself then
   */
  byte[] run(byte[] input, DoubleConsumer progress) throws JobException;

  @Override
  void close();
}
