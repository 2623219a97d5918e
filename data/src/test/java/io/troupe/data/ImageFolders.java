package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;

/** Folders of small grey images. */
abstract class ImageFolders {
  static final int SIDE = 4;

  static final Squares SQUARES = new Squares(SIDE, Fit.CROP, Filter.BILINEAR);

  static final int PATIENCE = 600;

  static final int IMAGE_BYTES = 3 * SIDE * SIDE;

  @TempDir Path folder;

  final AtomicLong clock = new AtomicLong();

  final List<String> warnings = new CopyOnWriteArrayList<>();

  ImageFiles open(long cacheBytes) {
    return open(folder, reading(cacheBytes, false));
  }

  ImageFiles open(Path path, ImageFiles.Reading reading) {
    ImageListing listing = new ImageFolder().files(path, true, ClassOrder.NUMBERS);
    warnings.addAll(listing.notes());
    return new ImageFiles(listing, reading, clock::get, warnings::add);
  }

  static ImageFiles.Reading reading(long cacheBytes, boolean upright) {
    return new ImageFiles.Reading(SQUARES, cacheBytes, upright, Duration.ofSeconds(PATIENCE));
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }

  void image(String name, int gray) throws IOException {
    BufferedImage image = new BufferedImage(6, 5, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < 30; pixel++) {
      image.setRGB(pixel % 6, pixel / 6, 0x010101 * gray);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  void damaged(String name) throws IOException {
    image(name, 0);
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  static int[] grays(Dataset dataset) {
    return IntStream.range(0, dataset.size()).map(i -> gray(dataset, i)).toArray();
  }

  static int gray(Dataset dataset, int index) {
    byte[] image = new byte[IMAGE_BYTES];
    dataset.read(index, image);
    assertThat(image).containsOnly(image[0]);
    return image[0];
  }
}
