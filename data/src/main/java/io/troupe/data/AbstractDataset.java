package io.troupe.data;

import java.util.List;

/** A dataset whose classes and size of images do not change once it is open. */
abstract class AbstractDataset implements Dataset {
  private final int height;
  private final int width;
  private final int channels;
  private final List<String> classNames;

  /** Of images of this size, in pixels and bytes of a pixel, with classes by label. */
  AbstractDataset(int height, int width, int channels, List<String> classNames) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.classNames = classNames;
  }

  @Override
  public final int height() {
    return height;
  }

  @Override
  public final int width() {
    return width;
  }

  @Override
  public final int channels() {
    return channels;
  }

  @Override
  public final List<String> classNames() {
    return classNames;
  }
}
