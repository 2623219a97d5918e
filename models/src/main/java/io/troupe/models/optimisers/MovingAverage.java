package io.troupe.models.optimisers;

import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import java.util.IdentityHashMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of a network's values; states are averaged like parameters, or
 * copied. Owns its vectors.
 */
public final class MovingAverage implements AutoCloseable {
  private final FloatVector average;
  private final INDArray scaled;
  private final long averaged;
  private final ProgramCompiler compiler;

  /** Those of pooled buffers are met again and again. */
  private final IdentityHashMap<INDArray, AverageStep> steps = new IdentityHashMap<>();

  /** An average of all values that begins as a copy of them. */
  public MovingAverage(FloatVector values, ProgramCompiler compiler) {
    this(values, values.length(), compiler);
  }

  /**
   * An average that begins as a copy of the values.
   *
   * @param averaged how many of them, from the first on, are averaged; the others are copied
   * @param compiler of the programs that the values come from
   */
  public MovingAverage(FloatVector values, long averaged, ProgramCompiler compiler) {
    this.averaged = averaged;
    this.compiler = compiler;
    average = values.copy();
    scaled = Nd4j.createUninitialized(DataType.FLOAT, compiler.keepsArrays() ? 1 : values.length());
  }

  /**
   * average = decay * average + (1 - decay) * values, and a copy of what is not averaged.
   *
   * @param values one of a few arrays, which live as long as this
   */
  public void follow(FloatVector values, double decay) {
    steps.computeIfAbsent(values.array(), this::step).run(decay);
  }

  private AverageStep step(INDArray values) {
    return compiler.keepsArrays()
        ? new AverageProgram(average.array(), values, averaged, compiler)
        : Nd4jAverageStep.of(average.array(), values, scaled, averaged);
  }

  /** average = values. */
  public void copy(FloatVector values) {
    average.assign(values);
  }

  /** The average. */
  public FloatVector values() {
    return average;
  }

  @Override
  public void close() {
    steps.values().forEach(AverageStep::close);
    average.close();
    scaled.close();
  }
}
