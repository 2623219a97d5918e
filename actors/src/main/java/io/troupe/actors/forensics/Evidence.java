package io.troupe.actors.forensics;

import io.troupe.actors.sampling.GridLayout;
import io.troupe.actors.sampling.SampleGrid;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TensorNorms;
import java.util.List;

/**
 * What is at hand of a training that went wrong, as it was then.
 *
 * @param step the last finished one
 * @param reason what went wrong, in words
 * @param steps the last ones
 * @param norms of all tensors
 * @param real some real images that the last step took, as the discriminator gets them
 * @param generated some images that the last step generated
 */
public record Evidence(
    long step,
    String reason,
    List<StepResult> steps,
    List<TensorNorms> norms,
    SampleGrid real,
    SampleGrid generated) {
  private static final int MOST_IMAGES = 16;

  /** Of a training that nobody uses at the moment. */
  public static Evidence of(
      long step, String reason, List<StepResult> steps, GanTraining training) {
    return new Evidence(
        step,
        reason,
        List.copyOf(steps),
        TensorNorms.of(training),
        grid(training.lastReal(), training.spec()),
        grid(training.lastGenerated(), training.spec()));
  }

  private static SampleGrid grid(FloatVector images, ImageSpec spec) {
    int length = spec.size() * spec.size() * spec.channels();
    int count = Math.min(MOST_IMAGES, images.length() / length);
    float[] pictures = new float[count * length];
    images.read().get(0, pictures);
    GridLayout layout = GridLayout.square(count);
    SampleGrid grid = new SampleGrid(layout.rows(), layout.columns(), spec, GridLayout.GAP);
    for (int i = 0; i < count; i++) {
      grid.set(i / layout.columns(), i % layout.columns(), pictures, i * length);
    }
    return grid;
  }
}
