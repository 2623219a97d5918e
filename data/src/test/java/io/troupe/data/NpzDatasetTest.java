package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.FloatRange;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzDatasetTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored", "deflated"})
  void readsWhatNumPySaved(String name) {
    NpzDataset dataset = NpzDataset.open(Fixtures.path("npz/" + name + ".npz"));

    assertThat(dataset.size()).isEqualTo(2);
    assertThat(dataset.height()).isEqualTo(2);
    assertThat(dataset.width()).isEqualTo(4);
    assertThat(dataset.classNames()).containsExactly("0", "1", "2");
    assertThat(dataset.label(0)).isEqualTo(2);
    assertThat(dataset.label(1)).isZero();
    byte[] image = new byte[24];
    for (int i = 0; i < 2; i++) {
      dataset.read(i, image);
      for (int k = 0; k < 24; k++) {
        assertThat(image[k]).isEqualTo((byte) (7 * (24 * i + k)));
      }
    }
  }

  @Test
  void withoutLabelsThereIsOneClass() {
    NpzDataset dataset = NpzDataset.open(Fixtures.path("npz/unlabelled.npz"));

    assertThat(dataset.classNames()).containsExactly("all");
    assertThat(dataset.label(1)).isZero();
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertRefused(folder.resolve("gone.npz"), "gone.npz", "no such file", "Name ");
    assertRefused(Files.writeString(folder.resolve("a.npz"), "text"), "a.npz", "not an .npz file");
    assertRefused(
        Fixtures.path("npz/statistics.npz"),
        "there is no array images",
        "mu float64 [2], sigma float64 [2, 2]");
  }

  @Test
  void refusesOtherArrays() throws IOException {
    assertRefused(
        write(Map.of("images", NpyArray.of(new float[] {0, 255, 0}, 1, 1, 1, 3))),
        "arrays.npz, array images: picture 0 (from 0) has the value 255.0, expected 0 to 1");
    assertRefused(
        write(Map.of("images", NpyArray.of(new byte[16], 1, 2, 2, 4))), "images[..., :3]");
    assertRefused(write(Map.of("images", NpyArray.of(new byte[12], 2, 2, 3))), "save images[None]");
    assertRefused(
        write(Map.of("images", NpyArray.of(new int[] {0, 256, 0}, 1, 1, 1, 3))),
        "picture 0 (from 0) has the value 256, expected 0 to 255");
    assertRefused(
        write(Map.of("images", NpyArray.of(new double[] {0, Double.NaN, 0}, 1, 1, 1, 3))),
        "has the value NaN, expected -1 to 1");
    assertRefused(write(Map.of("images", NpyArray.of(new byte[12], 4, 3))), "[4, 3], expected");
    assertRefused(
        write(Map.of("images", NpyArray.of(new byte[0], 0, 2, 2, 3))), "[0, 2, 2, 3], expected");
  }

  @Test
  void floatsBecomeTheLevelsOfAPng() throws IOException {
    float[] values = {-1, 1, 0, 0.5f, -0.99f, 0.999f};
    NpzDataset dataset = NpzDataset.open(write(Map.of("images", NpyArray.of(values, 1, 1, 2, 3))));
    byte[] image = new byte[6];
    dataset.read(0, image);
    assertThat(image)
        .containsExactly((byte) 0, (byte) 255, (byte) 128, (byte) 191, (byte) 1, (byte) 255);
  }

  @Test
  void refusesLabelsThatDoNotFit() throws IOException {
    NpyArray images = NpyArray.of(new byte[24], 2, 2, 2, 3);
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new int[3], 3))),
        "array labels: shape [3], expected [2]");
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new long[] {0, -1}, 2))),
        "label 1 (from 0) is -1, expected 0 to 99999");
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new long[] {1L << 32, 0}, 2))),
        "label 0 (from 0) is 4294967296");
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new float[] {0, 0.5f}, 2))),
        "label 1 (from 0) is 0.5, expected a whole number");
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new byte[6], 2, 3))),
        "array labels: row 0 (from 0) is not one-hot",
        "labels.argmax(axis=1)");
    assertRefused(
        write(Map.of("images", images, "labels", NpyArray.of(new float[] {0, 1, 0.5f, 1}, 2, 2))),
        "row 1 (from 0) is not one-hot");
  }

  @Test
  void floatsShowTheirRangeOrAreAskedFor() throws IOException {
    Path black = write(Map.of("images", NpyArray.of(new float[] {0, 1, 0.25f}, 1, 1, 1, 3)));
    assertThat(first(NpzDataset.open(black))).containsExactly(0, 255, 64);
    assertThat(first(NpzDataset.open(black, FloatRange.MINUS_ONE_TO_ONE)))
        .containsExactly(128, 255, 159);

    Path bright = write(Map.of("images", NpyArray.of(new double[] {0.5, 1, 0.25}, 1, 1, 1, 3)));
    assertRefused(
        bright,
        "array images: all values are from 0.25 to 1.0",
        "set dataset.float-range to zero-to-one or minus-one-to-one");
    assertThat(first(NpzDataset.open(bright, FloatRange.ZERO_TO_ONE)))
        .containsExactly(128, 255, 64);

    Path negative = write(Map.of("images", NpyArray.of(new float[] {-0.1f, 1, 0}, 1, 1, 1, 3)));
    assertThatThrownBy(() -> NpzDataset.open(negative, FloatRange.ZERO_TO_ONE))
        .hasMessageContaining("has the value -0.1, expected 0 to 1");
    Path levels = write(Map.of("images", NpyArray.of(new byte[3], 1, 1, 1, 3)));
    assertThatThrownBy(() -> NpzDataset.open(levels, FloatRange.ZERO_TO_ONE))
        .hasMessageContaining("dataset.float-range has no effect on UINT8");
  }

  private static int[] first(NpzDataset dataset) {
    byte[] image = new byte[dataset.imageBytes()];
    dataset.read(0, image);
    int[] found = new int[image.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = image[i] & 255;
    }
    return found;
  }

  @Test
  void greyArraysHaveOneChannel() throws IOException {
    byte[] values = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int[] shape : new int[][] {{2, 2, 2}, {2, 2, 2, 1}, {2, 1, 2, 2}}) {
      NpzDataset dataset = NpzDataset.open(write(Map.of("x", NpyArray.of(values, shape))));
      assertThat(dataset.channels()).isEqualTo(1);
      assertThat(dataset.size()).isEqualTo(2);
      assertThat(first(dataset)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void readsOneHotLabels() throws IOException {
    NpyArray images = NpyArray.of(new byte[24], 2, 2, 2, 3);
    NpyArray hot = NpyArray.of(new float[] {0, 1, 0, 1, 0, 0}, 2, 3);
    NpzDataset dataset = NpzDataset.open(write(Map.of("data", images, "targets", hot)));
    assertThat(dataset.classNames()).containsExactly("0", "1", "2");
    assertThat(List.of(dataset.label(0), dataset.label(1))).containsExactly(1, 0);
  }

  @Test
  void readsChannelsBeforeRows() throws IOException {
    // Image n has at channel c, row y, column x the level 12n + 4c + 2y + x.
    byte[] values = new byte[24];
    for (int i = 0; i < 24; i++) {
      values[i] = (byte) i;
    }
    NpzDataset dataset = NpzDataset.open(write(Map.of("images", NpyArray.of(values, 2, 3, 2, 2))));
    assertThat(dataset.height()).isEqualTo(2);
    byte[] image = new byte[12];
    dataset.read(1, image);
    assertThat(image).containsExactly(12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23);
  }

  @Test
  void readsEveryTypeOfNumber() throws IOException {
    long[] levels = {0, 255, 7};
    byte[] expected = {0, -1, 7};
    for (NpyArray images :
        new NpyArray[] {
          NpyArray.of(levels, 1, 1, 1, 3),
          NpyArray.of(new int[] {0, 255, 7}, 1, 1, 1, 3),
          NpyArray.of(new double[] {-1, 1, 7 / 127.5 - 1}, 1, 1, 1, 3)
        }) {
      byte[] image = new byte[3];
      NpzDataset.open(write(Map.of("images", images))).read(0, image);
      assertThat(image).as("%s", images.header()).isEqualTo(expected);
    }
    assertThat(NpzDataset.open(Fixtures.path("npz/int16.npz")).label(1)).isEqualTo(3);
  }

  @Test
  void readsLabelsInAColumnAndWholeFloats() throws IOException {
    NpyArray images = NpyArray.of(new byte[24], 2, 2, 2, 3);
    for (NpyArray labels :
        new NpyArray[] {
          NpyArray.of(new int[] {2, 1}, 2, 1),
          NpyArray.of(new double[] {2, 1}, 2),
          NpyArray.of(new float[] {2, 1}, 2, 1)
        }) {
      NpzDataset dataset = NpzDataset.open(write(Map.of("images", images, "labels", labels)));
      assertThat(dataset.label(0)).isEqualTo(2);
      assertThat(dataset.label(1)).isEqualTo(1);
    }
  }

  @Test
  void takesTheArraysThatCanBeMeant() throws IOException {
    NpyArray images = NpyArray.of(new byte[24], 2, 2, 2, 3);
    NpyArray labels = NpyArray.of(new long[] {1, 0}, 2);
    for (Map<String, NpyArray> arrays :
        List.of(
            Map.of("arr_0", images, "arr_1", labels),
            Map.of("x", images, "y", labels),
            Map.of("y", images, "x", labels))) {
      NpzDataset dataset = NpzDataset.open(write(arrays));
      assertThat(dataset.size()).isEqualTo(2);
      assertThat(dataset.label(0)).isEqualTo(1);
    }
    assertThat(NpzDataset.open(write(Map.of("arr_0", images))).classNames()).containsExactly("all");
    assertThat(NpzDataset.open(write(Map.of("images", images, "Y", labels))).classNames())
        .containsExactly("0", "1");
    // What is beside an array images and has no name of labels is not asked.
    assertThat(NpzDataset.open(write(Map.of("images", images, "ids", labels))).classNames())
        .containsExactly("all");
    assertThat(NpzDataset.open(write(Map.of("X", images, "y", labels, "z", labels))).label(0))
        .isEqualTo(1);
  }

  @Test
  void asksWhichArraysAreMeant() throws IOException {
    NpyArray images = NpyArray.of(new byte[24], 2, 2, 2, 3);
    NpyArray labels = NpyArray.of(new long[] {1, 0}, 2);
    assertRefused(
        write(Map.of("x_train", images, "x_test", images, "y_train", labels)),
        "x_test uint8 [2, 2, 2, 3], x_train uint8 [2, 2, 2, 3], y_train int64 [2]",
        "images=",
        "labels=");
    assertRefused(write(Map.of("a", images, "b", labels, "c", labels)), "labels=");
    assertRefused(write(Map.of("a", images, "b", NpyArray.of(new long[] {1}, 1))), "labels=");
  }

  @Test
  void readsASingleArray() throws IOException {
    byte[] values = {1, 2, 3, 4, 5, 6};
    Path path = folder.resolve("pictures.npy");
    try (OutputStream out = Files.newOutputStream(path)) {
      NpyArray.of(values, 1, 1, 2, 3).write(out);
    }
    NpzDataset dataset = NpzDataset.open(path);
    byte[] image = new byte[6];
    dataset.read(0, image);
    assertThat(image).isEqualTo(values);
    assertThat(dataset.classNames()).containsExactly("all");
    Files.write(path, new byte[1], StandardOpenOption.APPEND);
    assertRefused(path, "pictures.npy: its content goes on after");
  }

  @Test
  void manySmallImagesTakeTheirBytes() throws IOException {
    int count = 1_000_000;
    Path path = folder.resolve("a.npz");
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add(
          "images",
          NpyHeader.of(NpyType.UINT8, count, 1, 1, 3),
          out -> out.write(new byte[3 * count]));
    }
    long before = allocated();
    assertThat(NpzDataset.open(path).size()).isEqualTo(count);
    assertThat(allocated() - before).isLessThan(16 << 20);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void refusesShapesThatNoNumberCounts() throws IOException {
    Path path = folder.resolve("a.npz");
    int most = Integer.MAX_VALUE;
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("images", NpyHeader.of(NpyType.UINT8, most, most, most, 3), out -> {});
    }
    assertRefused(path, "a.npz, array images", "too large");
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("images", NpyHeader.of(NpyType.UINT8, 1, 1 << 15, 1 << 15, 3), out -> {});
    }
    assertRefused(path, "a.npz, array images");
  }

  @Test
  void refusesArraysThatAreCutOff() throws IOException {
    Path path = folder.resolve("a.npz");
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("images", NpyHeader.of(NpyType.UINT8, 3, 2, 2, 3), out -> out.write(new byte[30]));
    }
    assertRefused(path, "a.npz, array images: the file ends within picture 2 of 3", "numpy.savez");
  }

  @Test
  void refusesMoreThanTheMemory() throws IOException {
    Path path = folder.resolve("a.npz");
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("images", NpyHeader.of(NpyType.UINT8, 1 << 30, 1 << 10, 1 << 10, 3), out -> {});
    }
    assertRefused(path, "the pictures take 3221225472 MiB", "TROUPE_JAVA_OPTS", "image-folder");
  }

  @Test
  void refusesIndicesThatAreOutOfRange() {
    NpzDataset dataset = NpzDataset.open(Fixtures.path("npz/stored.npz"));
    for (int index : new int[] {-1, 2}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.read(index, new byte[24]));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.label(index));
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> dataset.read(0, new byte[23]));
  }

  private Path write(Map<String, NpyArray> arrays) throws IOException {
    Path path = folder.resolve("arrays.npz");
    try (NpzWriter npz = new NpzWriter(path)) {
      for (Map.Entry<String, NpyArray> array : new TreeMap<>(arrays).entrySet()) {
        npz.add(array.getKey(), array.getValue());
      }
    }
    return path;
  }

  private static void assertRefused(Path path, String... messageParts) {
    assertThatThrownBy(() -> NpzDataset.open(path))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(messageParts);
  }
}
