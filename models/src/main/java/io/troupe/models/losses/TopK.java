package io.troupe.models.losses;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.memory.HostArray;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Top-k training (Sinha et al., "Top-k training of GANs: improving GAN performance by throwing away
 * bad samples", 2020): the generator minimises the mean loss of the k images with the highest
 * logits. Which they are is a mask without gradient; k is an input of the graph. Owns its memory.
 */
public final class TopK implements AutoCloseable {
  /** How many images count, a scalar input. */
  public static final String COUNT = "top k";

  /** One over that. */
  public static final String SHARE = "share of each of the top k";

  private final INDArray count = Nd4j.scalar(DataType.FLOAT, 0);
  private final INDArray share = Nd4j.scalar(DataType.FLOAT, 0);
  private final int images;

  /**
   * Of no images yet.
   *
   * @param images of a batch, or of a micro-batch
   */
  public TopK(int images) {
    this.images = images;
  }

  /**
   * Takes as many images from the next run on as the settings say.
   *
   * @param after how many real images of training
   */
  public void set(TrainingSettings.TopK settings, long after) {
    inputs(settings.count(images, after))
        .forEach((name, value) -> HostArray.set(name.equals(COUNT) ? count : share, 0, value));
  }

  /** What {@link #COUNT} and {@link #SHARE} are for some number of images. */
  public static Map<String, Double> inputs(int k) {
    return Map.of(COUNT, (double) k, SHARE, 1.0 / k);
  }

  /** Binds them. */
  public Bindings bind(Bindings bindings) {
    return bindings.bind(COUNT, count).bind(SHARE, share);
  }

  /**
   * Adds the mean of the losses of the images with the highest logits.
   *
   * @param losses of all images, [N, 1]
   * @param logits of them, [N, 1]; of equal ones the first are the higher ones
   * @return a scalar
   */
  public static SDVariable mean(
      GraphBuilder graph, SDVariable losses, SDVariable logits, int images) {
    SDVariable chosen = graph.positive(graph.input(COUNT).sub(rank(graph, logits, images)));
    return losses.mul(chosen).sum().mul(graph.input(SHARE));
  }

  /**
   * How many images come before each, [N, 1]: those with higher logits, and the first of equal
   * ones.
   */
  private static SDVariable rank(GraphBuilder graph, SDVariable logits, int images) {
    SDVariable others = graph.sameDiff().reshape(logits, 1, images);
    SDVariable higher = graph.positive(others.sub(logits));
    SDVariable lower = graph.positive(logits.sub(others));
    SDVariable equal = higher.add(lower).rsub(1);
    INDArray earlier = Nd4j.zeros(graph.type(), images, images);
    for (int row = 0; row < images; row++) {
      for (int column = 0; column < row; column++) {
        HostArray.set(earlier, (long) row * images + column, 1);
      }
    }
    return higher.add(equal.mul(graph.sameDiff().constant(earlier))).sum(true, 1);
  }

  @Override
  public void close() {
    count.close();
    share.close();
  }
}
