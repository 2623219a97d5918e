package io.troupe.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Something to repeat whose speed is of interest. Unless JMH is told otherwise, the time of each of
 * 10 iterations counts, after 5 that do not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(1)
public abstract class Workload {

  /** Makes what the iterations need; the parameters stand. */
  @Setup
  public abstract void open();

  /** Does it once. */
  public abstract void iterate();

  /** Frees what {@link #open} made. */
  @TearDown
  public void close() {}
}
