package io.troupe.actors.sampling;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Latent vectors and classes of a file, held in memory; after the last the first follows again. */
public final class FileLatents implements LatentSource {
  private final float[] vectors;
  private final int[] labels;

  private FileLatents(float[] vectors, int[] labels) {
    this.vectors = vectors;
    this.labels = labels;
  }

  /**
   * Reads an .npz file with {@code z}, float32 [n, latentSize], and {@code y}, integers [n], of at
   * least one picture.
   *
   * @param latentSize of the generator
   * @param classes number of its classes
   * @throws IOException if it cannot be read or does not fit the generator; the message names it
   */
  public static FileLatents read(Path file, int latentSize, int classes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    try (NpzReader npz = new NpzReader(file)) {
      NpyArray z = npz.read("z");
      NpyArray y = npz.read("y");
      List<Integer> shape = z.header().shape();
      if (shape.size() != 2 || shape.get(0) == 0 || shape.get(1) != latentSize) {
        throw new IOException(
            "%s: z is of shape %s; this generator takes [n, %d] with n at least 1"
                .formatted(file, shape, latentSize));
      }
      if (!y.header().shape().equals(shape.subList(0, 1))) {
        throw new IOException(
            "%s: y is of shape %s, but z of shape %s; y holds a class for each row of z"
                .formatted(file, y.header().shape(), shape));
      }
      return new FileLatents(vectors(file, z, latentSize), labels(file, y, classes));
    }
  }

  private static float[] vectors(Path file, NpyArray array, int latentSize) throws IOException {
    float[] vectors = array.floats();
    for (int i = 0; i < vectors.length; i++) {
      if (!Float.isFinite(vectors[i])) {
        throw new IOException(
            "%s: z[%d, %d] is %s, which is not a finite number"
                .formatted(file, i / latentSize, i % latentSize, vectors[i]));
      }
    }
    return vectors;
  }

  private static int[] labels(Path file, NpyArray array, int classes) throws IOException {
    long[] values = array.longs();
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      if (values[i] < 0 || values[i] >= classes) {
        throw new IOException(
            "%s: y[%d] is %d; the generator's classes are 0 to %d"
                .formatted(file, i, values[i], classes - 1));
      }
      labels[i] = (int) values[i];
    }
    return labels;
  }

  /** How many there are. */
  public int count() {
    return labels.length;
  }

  @Override
  public void latent(int index, float[] target) {
    System.arraycopy(vectors, index % count() * target.length, target, 0, target.length);
  }

  @Override
  public int label(int index) {
    return labels[index % count()];
  }
}
