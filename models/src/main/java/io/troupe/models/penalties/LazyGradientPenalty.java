package io.troupe.models.penalties;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.memory.HostArray;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A {@link GradientPenalty} that is computed in some steps only and counts as much more there. */
public final class LazyGradientPenalty implements Penalty {
  private final String name;
  private final int every;
  private final INDArray value;
  private final Program gradient;
  private final Program penalty;

  /**
   * A penalty on given images.
   *
   * @param weight in each step, if it were computed in each
   * @param centre the norm without penalty, at least 0
   * @param every computed in every so many steps of the discriminator
   * @param logits the discriminator of the images
   * @param images in [-1, 1], [N, H, W, C]
   */
  public LazyGradientPenalty(
      String name,
      double weight,
      double centre,
      int every,
      NetworkFunction logits,
      INDArray images,
      PenaltyContext context) {
    this.name = name;
    this.every = every;
    value = context.own(Nd4j.scalar(DataType.FLOAT, 0));
    INDArray slope = context.own(Nd4j.create(DataType.FLOAT, images.shape()));
    GradientPenalty kind = new GradientPenalty(weight * every, centre);
    penalty =
        context.compile(
            new Bindings(
                    kind.penaltyGraph(DataType.FLOAT, logits, context.parameters(), images.shape()))
                .bind(GradientPenalty.INPUT, images)
                .bind(GradientPenalty.GRADIENT, slope)
                .bind(GradientPenalty.PENALTY, value));
    gradient =
        context.compile(
            new Bindings(GradientPenalty.gradientGraph(DataType.FLOAT, logits, images.shape()))
                .bind(GradientPenalty.INPUT, images)
                .bind(GradientPenalty.GRADIENT, slope));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isDue(long update) {
    return update % every == 0;
  }

  @Override
  public double run(long seed, long step) {
    gradient.run();
    penalty.run();
    return HostArray.first(value);
  }

  @Override
  public long plannedBytes() {
    return gradient.plannedBytes() + penalty.plannedBytes();
  }
}
