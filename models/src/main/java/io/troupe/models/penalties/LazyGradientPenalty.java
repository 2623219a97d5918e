package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.memory.HostArray;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A {@link GradientPenalty} that is computed in some steps only and counts as much more there. */
public final class LazyGradientPenalty implements Penalty {
  private final String name;
  private final Function<TrainingSettings, TrainingSettings.GradientPenalty> wanted;
  private final PenaltyWeight weight;
  private final INDArray value;
  private final Program gradient;
  private final Program penalty;
  private int every;

  /**
   * A penalty on given images.
   *
   * @param wanted its settings; the centre always as in these ones
   * @param logits the discriminator of the images
   * @param images in [-1, 1], [N, H, W, C]
   */
  public LazyGradientPenalty(
      String name,
      Function<TrainingSettings, TrainingSettings.GradientPenalty> wanted,
      TrainingSettings settings,
      NetworkFunction logits,
      INDArray images,
      PenaltyContext context) {
    this.name = name;
    this.wanted = wanted;
    weight = context.own(new PenaltyWeight(images.size(0)));
    value = context.own(Nd4j.scalar(DataType.FLOAT, 0));
    INDArray slope = context.own(Nd4j.create(DataType.FLOAT, images.shape()));
    GradientPenalty kind = new GradientPenalty(wanted.apply(settings).centre());
    penalty =
        context.compile(
            weight.bind(
                new Bindings(
                        kind.penaltyGraph(
                            DataType.FLOAT, logits, context.parameters(), images.shape()))
                    .bind(GradientPenalty.INPUT, images)
                    .bind(GradientPenalty.GRADIENT, slope)
                    .bind(GradientPenalty.PENALTY, value)));
    gradient =
        context.compile(
            new Bindings(GradientPenalty.gradientGraph(DataType.FLOAT, logits, images.shape()))
                .bind(GradientPenalty.INPUT, images)
                .bind(GradientPenalty.GRADIENT, slope));
    adopt(settings);
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
  public double run(long seed, long step, MicroBatches batches) {
    double sum = 0;
    for (int i = 0; i < batches.count(); i++) {
      batches.load(i);
      gradient.run();
      penalty.run();
      batches.add(1.0 / batches.count());
      sum += HostArray.first(value);
    }
    return sum / batches.count();
  }

  @Override
  public void adopt(TrainingSettings settings) {
    TrainingSettings.GradientPenalty changed = wanted.apply(settings);
    every = changed.every();
    weight.set(changed.weight() * every);
  }

  @Override
  public long plannedBytes() {
    return gradient.plannedBytes() + penalty.plannedBytes();
  }
}
