package io.troupe.data;

import java.util.List;
import java.util.Objects;

/** Images of a dataset without its classes: all are of one. */
record OneClass(Dataset images) implements Dataset {
  /** What the class is called. */
  static final List<String> NAMES = List.of("all");

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int height() {
    return images.height();
  }

  @Override
  public int width() {
    return images.width();
  }

  @Override
  public int channels() {
    return images.channels();
  }

  @Override
  public List<String> classNames() {
    return NAMES;
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    return 0;
  }

  @Override
  public void read(int index, byte[] target) {
    images.read(index, target);
  }
}
