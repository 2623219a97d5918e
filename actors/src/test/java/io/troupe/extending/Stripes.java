package io.troupe.extending;

import io.troupe.config.DatasetSettings;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetFormat;
import io.troupe.data.DatasetReport;
import io.troupe.data.fetch.CacheFolder;
import java.util.List;
import java.util.Objects;

/** Black and white stripes of 32x32 pixels, across or down, in any phase. */
public record Stripes(int size) implements Dataset {
  private static final int SIDE = 32;
  private static final int WIDTH = 4;
  private static final List<String> CLASS_NAMES = List.of("across", "down");

  /** What settings know of it. */
  public static final class Format extends DatasetFormat {
    Format() {
      super("stripes", CLASS_NAMES, "images");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      return new Stripes(settings.images());
    }
  }

  @Override
  public int height() {
    return SIDE;
  }

  @Override
  public int width() {
    return SIDE;
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public int label(int index) {
    return Objects.checkIndex(index, size) % 2;
  }

  @Override
  public void read(int index, byte[] target) {
    int phase = index / 2;
    for (int i = 0; i < SIDE * SIDE; i++) {
      int place = label(index) == 0 ? i / SIDE : i % SIDE;
      byte level = (byte) ((place + phase) / WIDTH % 2 == 0 ? 0 : 255);
      target[3 * i] = level;
      target[3 * i + 1] = level;
      target[3 * i + 2] = level;
    }
  }
}
