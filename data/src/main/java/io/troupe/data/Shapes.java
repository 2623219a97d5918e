package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.fetch.CacheFolder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A procedural dataset that needs no download: 20 classes, ten shapes in warm and in cool colours,
 * 32x32 pixels.
 *
 * <p>An image is a function of (seed, split, index) alone and is drawn when it is read. Its label
 * is {@code index % 20}: first the ten warm shapes, then the ten cool ones.
 */
public final class Shapes extends AbstractDataset {
  private static final int SIDE = 32;
  private static final Shape[] SHAPES = Shape.values();

  /** Names of the classes, by label. */
  static final List<String> CLASS_NAMES =
      List.of("warm", "cool").stream()
          .flatMap(
              palette ->
                  Arrays.stream(SHAPES)
                      .map(shape -> palette + " " + shape.name().toLowerCase(Locale.ROOT)))
          .toList();

  private final long seed;
  private final Split split;
  private final int size;

  /**
   * A set of images.
   *
   * @param split the two splits are independent draws of the same kind
   * @param size number of images
   */
  public Shapes(long seed, Split split, int size) {
    super(SIDE, SIDE, 3, CLASS_NAMES);
    this.seed = seed;
    this.split = split;
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int index) {
    return Objects.checkIndex(index, size) % CLASS_NAMES.size();
  }

  @Override
  public void read(int index, byte[] target) {
    int label = label(index);
    Objects.checkFromIndexSize(0, imageBytes(), target.length);
    CounterRandom random =
        new CounterRandom(seed, Stream.DATASET, split == Split.TRAIN ? 0 : 1, index);
    boolean warm = label < SHAPES.length;
    new ShapePainter(random, SHAPES[label % SHAPES.length], warm, SIDE).paint(target);
  }

  /** What settings know of it. */
  static final class Format extends DatasetFormat {
    Format() {
      super("shapes", CLASS_NAMES, "split", "images");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      return new Shapes(seed, settings.split(), settings.images());
    }
  }
}
