package io.troupe.data;

import java.util.List;

/** Another dataset's images, of which something is different: all else is as it is there. */
abstract class DatasetView extends AbstractDataset {
  private final Dataset images;

  /** As those images are, but of this size and with these classes. */
  DatasetView(Dataset images, int height, int width, int channels, List<String> classNames) {
    super(height, width, channels, classNames);
    this.images = images;
  }

  /** The images as they are there. */
  final Dataset images() {
    return images;
  }

  @Override
  public final int size() {
    return images.size();
  }

  @Override
  public int label(int index) {
    return images.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    images.read(index, target);
  }
}
