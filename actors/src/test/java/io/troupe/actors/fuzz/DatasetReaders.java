package io.troupe.actors.fuzz;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Cache;
import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.DatasetSettings.FloatRange;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Readers of datasets; each picture is read, up to a few. */
final class DatasetReaders {
  private static final int SIDE = 4;
  private static final int MOST_PICTURES = 16;

  /** Two grey pictures of 2 x 2. */
  private static final byte[] IDX_IMAGES = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8
  };

  private static final byte[] IDX_LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 3, 4};

  /** A white pixel. */
  private static final byte[] BITMAP = {
    'B', 'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24,
    0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, 0
  };

  private DatasetReaders() {}

  private static void read(String kind, Path path) {
    Datasets.kindAt(path);
    Dataset dataset =
        Datasets.open(
            new DatasetSettings(
                kind,
                Optional.of(path),
                Split.TRAIN,
                Labels.SUPERCLASS,
                0,
                1,
                SIDE,
                Fit.CROP,
                Filter.BILINEAR,
                Cache.MEMORY,
                0,
                true,
                0,
                ClassOrder.NUMBERS,
                FloatRange.AUTO,
                true),
            0,
            note -> {});
    byte[] image = new byte[dataset.imageBytes()];
    for (int i = 0; i < Math.min(MOST_PICTURES, dataset.size()); i++) {
      dataset.read(i, image);
      dataset.classNames().get(dataset.label(i));
    }
  }

  static void arrays(Path folder, byte[] bytes) throws IOException {
    read("npz", Files.write(folder.resolve("arrays.npz"), bytes));
  }

  static void idxImages(Path folder, byte[] bytes) throws IOException {
    idx(folder, bytes, IDX_LABELS);
  }

  static void idxLabels(Path folder, byte[] bytes) throws IOException {
    idx(folder, IDX_IMAGES, bytes);
  }

  private static void idx(Path folder, byte[] images, byte[] labels) throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), images);
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels);
    read("mnist", folder);
  }

  static void cifar(Path folder, byte[] bytes) throws IOException {
    read("cifar100", Files.write(folder.resolve("cifar.tar.gz"), bytes));
  }

  static void picture(Path folder, byte[] bytes) throws IOException {
    Files.write(folder.resolve("picture.png"), bytes);
    read("image-folder", folder);
  }

  static void archive(Path folder, byte[] bytes) throws IOException {
    read("image-zip", Files.write(folder.resolve("pictures.zip"), bytes));
  }

  static void labelsJson(Path folder, byte[] bytes) throws IOException {
    pictures(folder);
    Files.write(folder.resolve("dataset.json"), bytes);
    read("dataset-json", folder);
  }

  static void labelsCsv(Path folder, byte[] bytes) throws IOException {
    pictures(folder);
    read("csv", Files.write(folder.resolve("labels.csv"), bytes));
  }

  private static void pictures(Path folder) throws IOException {
    for (String name : new String[] {"a.bmp", "b.bmp"}) {
      if (Files.notExists(folder.resolve(name))) {
        Files.write(folder.resolve(name), BITMAP);
      }
    }
  }
}
