package io.troupe.models.augmentation;

import io.troupe.models.graph.GraphBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The slight changes under which consistency regularisation wants the same logits (Zhang et al.,
 * "Consistency regularization for generative adversarial networks", 2020): every second picture is
 * mirrored, and all are shifted by up to an eighth of the side, continued by reflection.
 */
public record MirrorAndShift() implements Augmentation {
  /** Matrices that pick for each row and each column which one it is taken from. */
  static final String ROWS = "rows";

  static final String COLUMNS = "columns";

  @Override
  public SDVariable apply(
      GraphBuilder graph, Map<String, SDVariable> inputs, SDVariable images, long... shape) {
    return Picking.apply(graph.sameDiff(), images, inputs.get(ROWS), inputs.get(COLUMNS), shape);
  }

  @Override
  public AugmentationDraws draws(DataType type, long... shape) {
    return new MirrorAndShiftDraws(this, type, shape);
  }

  @Override
  public Map<String, long[]> inputs(long... shape) {
    Map<String, long[]> inputs = new LinkedHashMap<>();
    inputs.put(ROWS, new long[] {shape[0], shape[1], shape[1]});
    inputs.put(COLUMNS, new long[] {shape[0], shape[2], shape[2]});
    return inputs;
  }
}
