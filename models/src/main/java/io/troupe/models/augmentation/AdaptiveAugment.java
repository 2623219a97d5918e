package io.troupe.models.augmentation;

import io.troupe.models.graph.Float32;
import io.troupe.models.graph.GraphBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The augmentations of adaptive discriminator augmentation (Karras et al., "Training generative
 * adversarial networks with limited data", 2020, appendix B). Each happens to a picture with a
 * probability p times its group's strength; {@link AdaptiveAugmentDraws} draws them, as an affine
 * map of places, one of colours, and a mask. A strength of 0 is none.
 *
 * @param blit strength of mirroring, quarter turns and shifts by whole pixels
 * @param geometry strength of scaling, alike or not in both directions, of rotation before and
 *     after that, and of shifts by fractions of pixels
 * @param colour strength of brightness, contrast, inverted luma, hue and saturation
 * @param cutout strength of setting a square of half the side to zero
 */
public record AdaptiveAugment(double blit, double geometry, double colour, double cutout)
    implements Augmentation {
  /** Affine maps, as {@link GraphBuilder#warp} takes them. */
  static final String MAPS = "maps";

  /** By what rows of pixels' channels are multiplied, [N, C, C], and what is added, [N, 1, C]. */
  static final String COLOURS = "colours";

  static final String LIGHT = "light";

  static final String MASK = "mask";

  @Override
  public SDVariable apply(
      GraphBuilder graph, Map<String, SDVariable> inputs, SDVariable images, long... shape) {
    SDVariable x = images;
    if (isMoving()) {
      x = graph.warp(x, inputs.get(MAPS), shape);
    }
    if (colour > 0) {
      x = recoloured(graph.sameDiff(), x, inputs, shape);
    }
    return cutout > 0 ? x.mul(inputs.get(MASK)) : x;
  }

  @Override
  public AugmentationDraws draws(DataType type, long... shape) {
    return new AdaptiveAugmentDraws(this, type, shape);
  }

  /** Whether pixels move. */
  boolean isMoving() {
    return blit > 0 || geometry > 0;
  }

  @Override
  public Map<String, long[]> inputs(long... shape) {
    Map<String, long[]> inputs = new LinkedHashMap<>();
    long batch = shape[0];
    long channels = shape[3];
    if (isMoving()) {
      inputs.put(MAPS, new long[] {batch, 6});
    }
    if (colour > 0) {
      inputs.put(COLOURS, new long[] {batch, channels, channels});
      inputs.put(LIGHT, new long[] {batch, 1, channels});
    }
    if (cutout > 0) {
      inputs.put(MASK, new long[] {batch, shape[1], shape[2], 1});
    }
    return inputs;
  }

  private static SDVariable recoloured(
      SameDiff ops, SDVariable images, Map<String, SDVariable> inputs, long... shape) {
    return Float32.products(
        ops,
        () -> {
          SDVariable pixels = ops.reshape(images, shape[0], shape[1] * shape[2], shape[3]);
          SDVariable coloured = ops.mmul(pixels, inputs.get(COLOURS)).add(inputs.get(LIGHT));
          return ops.reshape(coloured, shape);
        });
  }
}
