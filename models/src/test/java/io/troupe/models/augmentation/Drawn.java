package io.troupe.models.augmentation;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an augmentation has drawn, in double, as a graph reads it. */
final class Drawn {
  private Drawn() {}

  /**
   * Each array by its name in {@link Augmentation#inputs}; they are the draws' own.
   *
   * @param shape of the images
   */
  static Map<String, INDArray> of(
      Augmentation augmentation, AugmentationDraws draws, long... shape) {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    builder.output(
        "augmented", augmentation.apply(builder, "", builder.input("images", shape), shape));
    Bindings bindings = new Bindings(builder.build());
    return draws.bind(bindings.bind("images", Nd4j.create(DataType.DOUBLE, shape)), "").inputs();
  }
}
