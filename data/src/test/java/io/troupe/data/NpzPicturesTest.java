package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzPicturesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored", "deflated"})
  void readsWhatNumPySaved(String name) {
    NpzPictures dataset = NpzPictures.open(Fixtures.path("npz/" + name + ".npz"));

    assertThat(dataset.size()).isEqualTo(2);
    assertThat(dataset.height()).isEqualTo(2);
    assertThat(dataset.width()).isEqualTo(4);
    assertThat(dataset.classNames()).containsExactly("0", "1", "2");
    assertThat(dataset.label(0)).isEqualTo(2);
    assertThat(dataset.label(1)).isZero();
    byte[] picture = new byte[24];
    for (int i = 0; i < 2; i++) {
      dataset.read(i, picture);
      for (int k = 0; k < 24; k++) {
        assertThat(picture[k]).isEqualTo((byte) (7 * (24 * i + k)));
      }
    }
  }

  @Test
  void withoutLabelsThereIsOneClass() {
    NpzPictures dataset = NpzPictures.open(Fixtures.path("npz/unlabelled.npz"));

    assertThat(dataset.classNames()).containsExactly("all");
    assertThat(dataset.label(1)).isZero();
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertRefused(folder.resolve("gone.npz"), "gone.npz", "no such file", "dataset.path");
    assertRefused(Files.writeString(folder.resolve("a.npz"), "text"), "a.npz", "not an .npz file");
    assertRefused(Fixtures.path("npz/statistics.npz"), "no array images; there are: mu, sigma");
  }

  @Test
  void refusesOtherArrays() throws IOException {
    assertRefused(
        write(Map.of("images", NpyArray.of(new double[12], 1, 2, 2, 3))),
        "array images: FLOAT64 of shape [1, 2, 2, 3], expected UINT8");
    assertRefused(
        write(Map.of("images", NpyArray.of(new float[] {0, 255, 0}, 1, 1, 1, 3))),
        "arrays.npz, array images: picture 0 (from 0) has the value 255.0, expected -1 to 1");
    assertRefused(
        write(Map.of("images", NpyArray.of(new byte[12], 1, 3, 2, 2))), "[1, 3, 2, 2], expected");
    assertRefused(write(Map.of("images", NpyArray.of(new byte[12], 4, 3))), "[4, 3], expected");
    assertRefused(
        write(Map.of("images", NpyArray.of(new byte[0], 0, 2, 2, 3))), "[0, 2, 2, 3], expected");
  }

  @Test
  void floatsBecomeTheLevelsOfAPng() throws IOException {
    float[] values = {-1, 1, 0, 0.5f, -0.99f, 0.999f};
    NpzPictures dataset =
        NpzPictures.open(write(Map.of("images", NpyArray.of(values, 1, 1, 2, 3))));
    byte[] picture = new byte[6];
    dataset.read(0, picture);
    assertThat(picture)
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
        write(Map.of("images", images, "labels", NpyArray.of(new float[2], 2))),
        "array labels: an array of FLOAT32, expected [INT64, INT32, UINT8]");
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
    NpzPictures dataset = NpzPictures.open(Fixtures.path("npz/stored.npz"));
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
    assertThatThrownBy(() -> NpzPictures.open(path))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(messageParts);
  }
}
