package io.troupe.actors.sampling;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes the first images of a source and writes them.
 *
 * @param images of a generator that has its values
 * @param count how many
 */
public record PictureWriter(ImageBatches images, int count) {
  /** Writes 000000.png, 000001.png and so on; grey pictures as grey files. */
  public void singles(Path folder) throws IOException {
    GeneratorSampler generator = images.generator();
    SampleGrid single = SampleGrid.single(generator.spec());
    images.forEach(
        count,
        (pictures, first, length) -> {
          for (int i = 0; i < length; i++) {
            single.set(0, 0, pictures, i * generator.pictureLength());
            single.write(folder.resolve(String.format(Locale.ROOT, "%06d.png", first + i)));
          }
        });
  }

  /** Writes one PNG, which appears complete or not at all. */
  public void grid(Path file, GridLayout layout) throws IOException {
    GeneratorSampler generator = images.generator();
    SampleGrid grid =
        new SampleGrid(layout.rows(), layout.columns(), generator.spec(), GridLayout.GAP);
    images.forEach(
        count,
        (pictures, first, length) -> {
          for (int i = 0; i < length; i++) {
            grid.set(
                layout.row(first + i),
                layout.column(first + i),
                pictures,
                i * generator.pictureLength());
          }
        });
    grid.write(file);
  }

  /**
   * Writes an .npz file with {@code images}, float32 [count, size, size, channels] in [-1, 1], and
   * {@code labels}, int32 [count].
   */
  public void npz(Path file) throws IOException {
    GeneratorSampler generator = images.generator();
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = images.source().label(i);
    }
    int[] shape = Arrays.stream(generator.spec().shape(count)).mapToInt(Math::toIntExact).toArray();
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("labels", NpyArray.of(labels, count));
      npz.add(
          "images",
          NpyHeader.of(NpyType.FLOAT32, shape),
          out -> {
            byte[] bytes = new byte[generator.batch() * generator.pictureLength() * Float.BYTES];
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            images.forEach(
                count,
                (pictures, first, length) -> {
                  int floats = length * generator.pictureLength();
                  buffer.asFloatBuffer().put(pictures, 0, floats);
                  out.write(bytes, 0, floats * Float.BYTES);
                });
          });
    }
  }
}
