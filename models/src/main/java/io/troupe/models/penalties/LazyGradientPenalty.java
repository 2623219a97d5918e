package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Program;
import io.troupe.models.memory.HostArray;
import java.util.List;
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
    this(name, wanted, settings, logits, List.of(images), context);
  }

  /**
   * A penalty on several sets of images, each with the whole weight.
   *
   * @param logits the discriminator of the images of all, one set after the other
   * @param images of equally many each
   */
  LazyGradientPenalty(
      String name,
      Function<TrainingSettings, TrainingSettings.GradientPenalty> wanted,
      TrainingSettings settings,
      NetworkFunction logits,
      List<INDArray> images,
      PenaltyContext context) {
    this.name = name;
    this.wanted = wanted;
    long[] shape = images.get(0).shape();
    weight = context.own(new PenaltyWeight(shape[0], images.size()));
    value = context.own(Nd4j.scalar(DataType.FLOAT, 0));
    GradientPenalty kind = new GradientPenalty(wanted.apply(settings).centre(), images.size());
    Bindings ofPenalty =
        weight.bind(
            new Bindings(kind.penaltyGraph(DataType.FLOAT, logits, context.parameters(), shape))
                .bind(GradientPenalty.PENALTY, value));
    Bindings ofGradient = new Bindings(kind.gradientGraph(DataType.FLOAT, logits, shape));
    for (int set = 0; set < images.size(); set++) {
      String input = GradientPenalty.input(set);
      INDArray slope = context.own(Nd4j.create(DataType.FLOAT, shape));
      ofPenalty.bind(input, images.get(set)).bind(Graph.gradientOf(input), slope);
      ofGradient.bind(input, images.get(set)).bind(Graph.gradientOf(input), slope);
    }
    penalty = context.compile(ofPenalty);
    gradient = context.compile(ofGradient);
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
