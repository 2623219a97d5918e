package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Cache;
import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  @Test
  void imagesAndLabelsPlainAndCompressed() throws IOException {
    write("train-images-idx3-ubyte", images(2, 2, 2, 10, 20, 30, 40, 50, 60, 70, 80));
    write("train-labels.idx1-ubyte", labels(5, 0));
    write("t10k-images.idx3-ubyte.gz", images(1, 2, 2, 1, 2, 3, 4));
    write("t10k-labels-idx1-ubyte.gz", labels(7));
    assertThat(Datasets.kindAt(folder)).contains("mnist");

    Dataset train = open("mnist", folder, Split.TRAIN);
    assertThat(train.channels()).isEqualTo(1);
    byte[] image = new byte[train.imageBytes()];
    train.read(1, image);
    assertThat(image).containsExactly(50, 60, 70, 80);
    assertThat(train.size()).isEqualTo(2);
    assertThat(train.label(0)).isEqualTo(5);
    Dataset test = open("mnist", folder, Split.TEST);
    test.read(0, image);
    assertThat(image).containsExactly(1, 2, 3, 4);
    assertThat(test.label(0)).isEqualTo(7);
    assertThat(test.classNames()).hasSize(10);
  }

  @Test
  void fashionIsKnownByItsFirstLabels() throws IOException {
    Path raw = Files.createDirectories(folder.resolve("FashionMNIST/raw"));
    Files.write(raw.resolve("train-labels-idx1-ubyte"), labels(9, 0, 0, 3, 0));
    Files.write(raw.resolve("train-images-idx3-ubyte"), images(5, 1, 1, 1, 2, 3, 4, 5));
    assertThat(Datasets.kindAt(folder)).contains("fashion-mnist");
    assertThat(Datasets.kindAt(folder.resolve("FashionMNIST"))).contains("fashion-mnist");
    assertThat(open("fashion-mnist", folder, Split.TRAIN).classNames().get(9))
        .isEqualTo("ankle boot");
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    refused("there is no train-images-idx3-ubyte or");
    byte[] good = images(2, 2, 2, 10, 20, 30, 40, 50, 60, 70, 80);
    write("train-images-idx3-ubyte", Arrays.copyOf(good, good.length - 1));
    refused("train-labels-idx1-ubyte");
    write("train-labels-idx1-ubyte", labels(5, 0));
    refused(
        "train-images-idx3-ubyte: cannot be read as an IDX file: it ends within picture 1 of 2");
    write("train-images-idx3-ubyte", Arrays.copyOf(good, good.length + 1));
    refused("goes on after its last entry");
    write("train-images-idx3-ubyte", labels(5, 0));
    refused("begins with 00000801, expected 00000803");
    write("train-images-idx3-ubyte", new byte[5]);
    refused("it is cut off");
    write("train-images-idx3-ubyte", images(-1, 2, 2));
    refused("-1 entries; expected 1 to 10000000");
    write("train-images-idx3-ubyte", images(1, 0, 2));
    refused("pictures of 2 x 0 pixels");
    write("train-images-idx3-ubyte", good);
    write("train-labels-idx1-ubyte", labels(5));
    refused("1 labels, and", "has 2 pictures");
    write("train-labels-idx1-ubyte", labels(5, 10));
    refused("label 1 (from 0) is 10; expected 0 to 9");
    assertThatThrownBy(() -> open("mnist", folder.resolve("none"), Split.TRAIN))
        .hasMessageContaining("none: there is no such folder");
  }

  private void refused(String... parts) {
    assertThatThrownBy(() -> open("mnist", folder, Split.TRAIN))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts);
  }

  private static Dataset open(String kind, Path path, Split split) {
    return Datasets.open(
        new DatasetSettings(
            kind,
            Optional.of(path),
            split,
            Labels.FINE,
            0,
            1,
            2,
            Fit.CROP,
            Filter.BILINEAR,
            Cache.MEMORY,
            0,
            false,
            0,
            ClassOrder.NUMBERS,
            DatasetSettings.FloatRange.AUTO,
            true),
        0);
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream packed = name.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      packed.write(content);
    }
  }

  private static byte[] images(int count, int height, int width, int... pixels) throws IOException {
    return content(0x803, pixels, count, height, width);
  }

  private static byte[] labels(int... labels) throws IOException {
    return content(0x801, labels, labels.length);
  }

  private static byte[] content(int kind, int[] bytes, int... lengths) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(4).putInt(kind).array());
    for (int length : lengths) {
      out.write(ByteBuffer.allocate(4).putInt(length).array());
    }
    for (int value : bytes) {
      out.write(value);
    }
    return out.toByteArray();
  }
}
