package io.troupe.models.augmentation;

import io.troupe.models.graph.GraphBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Differentiable augmentation (Zhao et al., "Differentiable augmentation for data-efficient GAN
 * training", 2020) of what a discriminator sees, real and generated pictures alike. What is random
 * are inputs of the graph, which {@link DiffAugmentDraws} fills.
 *
 * @param colour brightness, saturation and contrast
 * @param translation a shift by up to an eighth of the side, with zeros moving in
 * @param cutout a square of half the side set to zero
 */
public record DiffAugment(boolean colour, boolean translation, boolean cutout)
    implements Augmentation {
  static final String BRIGHTNESS = "brightness";
  static final String SATURATION = "saturation";
  static final String CONTRAST = "contrast";
  static final String ROWS = "rows";
  static final String COLUMNS = "columns";
  static final String MASK = "mask";

  /** Adds the chosen augmentations, in the order of the paper. */
  @Override
  public SDVariable apply(
      GraphBuilder graph, Map<String, SDVariable> inputs, SDVariable images, long... shape) {
    SDVariable x = images;
    if (colour) {
      x = colour(x, inputs);
    }
    if (translation) {
      x = Picking.apply(graph.sameDiff(), x, inputs.get(ROWS), inputs.get(COLUMNS), shape);
    }
    return cutout ? x.mul(inputs.get(MASK)) : x;
  }

  @Override
  public DiffAugmentDraws draws(DataType type, long... shape) {
    return new DiffAugmentDraws(this, type, shape);
  }

  @Override
  public Map<String, long[]> inputs(long... shape) {
    Map<String, long[]> inputs = new LinkedHashMap<>();
    long batch = shape[0];
    if (colour) {
      inputs.put(BRIGHTNESS, new long[] {batch, 1, 1, 1});
      inputs.put(SATURATION, new long[] {batch, 1, 1, 1});
      inputs.put(CONTRAST, new long[] {batch, 1, 1, 1});
    }
    if (translation) {
      inputs.put(ROWS, new long[] {batch, shape[1], shape[1]});
      inputs.put(COLUMNS, new long[] {batch, shape[2], shape[2]});
    }
    if (cutout) {
      inputs.put(MASK, new long[] {batch, shape[1], shape[2], 1});
    }
    return inputs;
  }

  /** Moves each pixel away from its mean over channels, and then from the picture's mean. */
  private static SDVariable colour(SDVariable images, Map<String, SDVariable> inputs) {
    SDVariable x = images.add(inputs.get(BRIGHTNESS));
    SDVariable grey = x.mean(true, 3);
    x = x.sub(grey).mul(inputs.get(SATURATION)).add(grey);
    SDVariable mean = x.mean(true, 1, 2, 3);
    return x.sub(mean).mul(inputs.get(CONTRAST)).add(mean);
  }
}
