package io.troupe.actors.memory;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Room for the real pictures of one iteration, with their classes. */
public final class BatchBuffer implements AutoCloseable {
  private final INDArray images;
  private final FloatBuffer pixels;
  private final int[] labels;
  private final int[] indices;

  /** Room for {@code count} RGB pictures. */
  public BatchBuffer(int count, int height, int width) {
    images = Nd4j.create(DataType.FLOAT, count, height, width, 3);
    pixels = images.data().asNioFloat();
    labels = new int[count];
    indices = new int[count];
  }

  /** Pictures in [-1, 1], NHWC, one after the other. */
  public FloatBuffer pixels() {
    return pixels;
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
    pixels.put(index * picture.length, picture);
    labels[index] = label;
  }

  @Override
  public void close() {
    images.close();
  }
}
