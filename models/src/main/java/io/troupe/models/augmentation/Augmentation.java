package io.troupe.models.augmentation;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.GraphBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What happens to real and generated pictures alike before a discriminator sees them. Gradients and
 * tangents pass it. What is random are inputs of the graph.
 */
public interface Augmentation {
  /** What the settings want, which may be nothing. */
  static Augmentation of(TrainingSettings settings) {
    TrainingSettings.Ada ada = settings.ada();
    TrainingSettings.DiffAugment differentiable = settings.diffAugment();
    return ada.isWanted()
        ? new AdaptiveAugment(ada.blit(), ada.geometry(), ada.color(), ada.cutout())
        : new DiffAugment(
            differentiable.color(), differentiable.translation(), differentiable.cutout());
  }

  /**
   * Adds it to a graph, and its inputs.
   *
   * @param name begins the names of the inputs; pictures under another name have other draws
   * @param images [N, H, W, C]
   * @param shape of the images
   * @return [N, H, W, C]
   */
  default SDVariable apply(GraphBuilder graph, String name, SDVariable images, long... shape) {
    Map<String, SDVariable> inputs = new LinkedHashMap<>();
    inputs(shape).forEach((input, form) -> inputs.put(input, graph.input(name + input, form)));
    return apply(graph, inputs, images, shape);
  }

  /**
   * Adds it to a graph that has its inputs.
   *
   * @param inputs by their names in {@link #inputs}
   */
  SDVariable apply(
      GraphBuilder graph, Map<String, SDVariable> inputs, SDVariable images, long... shape);

  /** The shape of each input, by name, for images of a shape. */
  Map<String, long[]> inputs(long... shape);

  /**
   * Arrays for these inputs, which at first change nothing.
   *
   * @param type the graph's
   * @param shape of the images: N, H, W, C
   */
  AugmentationDraws draws(DataType type, long... shape);
}
