package io.troupe.actors.memory;

import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import java.nio.FloatBuffer;

/** Room for the real pictures of one iteration, with their classes. */
public final class BatchBuffer implements AutoCloseable {
  private final FloatVector images;
  private final int[] labels;
  private final int[] indices;

  /** Room for {@code count} pictures. */
  public BatchBuffer(int count, ImageSpec spec) {
    images = FloatVector.zeros(spec.shape(count));
    labels = new int[count];
    indices = new int[count];
  }

  /** Pictures in [-1, 1], NHWC, one after the other. */
  public FloatBuffer pixels() {
    return images.write();
  }

  /** The class of each picture. */
  public int[] labels() {
    return labels;
  }

  /** Which of the dataset's pictures are wanted, one for each place. */
  public int[] indices() {
    return indices;
  }

  /** Sets one picture and its class. */
  public void set(int index, float[] picture, int label) {
    images.write().put(index * picture.length, picture);
    labels[index] = label;
  }

  @Override
  public void close() {
    images.close();
  }
}
