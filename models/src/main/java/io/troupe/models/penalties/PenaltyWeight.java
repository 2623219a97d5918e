package io.troupe.models.penalties;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.memory.HostArray;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a mean of squares over the images of a batch is multiplied by, as inputs of its graph:
 * another weight needs no other program. Owns its memory.
 */
public final class PenaltyWeight implements AutoCloseable {
  /** The weight, a scalar input. */
  public static final String WEIGHT = "penalty weight";

  /**
   * The scalar input that each square's derivative is multiplied by, over its root: 2 * weight / N
   * for N images, rounded only once.
   */
  public static final String SCALE = "penalty scale";

  private final INDArray weight = Nd4j.scalar(DataType.FLOAT, 0);
  private final INDArray scale = Nd4j.scalar(DataType.FLOAT, 0);
  private final long images;
  private final int sets;

  /** Zero. */
  public PenaltyWeight(long images) {
    this(images, 1);
  }

  /**
   * Zero, for the sum of several means.
   *
   * @param images of each
   * @param sets how many means of equally many images there are, which graphs take one mean of
   */
  PenaltyWeight(long images, int sets) {
    this.images = images;
    this.sets = sets;
  }

  /** Counts as much from the next run on. */
  public void set(double value) {
    HostArray.set(weight, 0, value * sets);
    HostArray.set(scale, 0, 2 * value / images);
  }

  /** Binds {@link #WEIGHT} and {@link #SCALE}. */
  public Bindings bind(Bindings bindings) {
    return bindings.bind(WEIGHT, weight).bind(SCALE, scale);
  }

  /** The weighted mean of the squares of roots. */
  static SDVariable mean(GraphBuilder graph, SDVariable roots) {
    return roots.mul(roots).mean().mul(graph.input(WEIGHT));
  }

  /** The derivatives of the weighted mean, where those of half a square are given. */
  static SDVariable scaled(GraphBuilder graph, SDVariable derivatives) {
    return derivatives.mul(graph.input(SCALE));
  }

  @Override
  public void close() {
    weight.close();
    scale.close();
  }
}
