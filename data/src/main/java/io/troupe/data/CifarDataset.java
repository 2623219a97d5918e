package io.troupe.data;

import java.util.List;

/** What CIFAR-10 and CIFAR-100 have in common when they are read. */
abstract class CifarDataset implements Dataset {
  private final CifarRecords images;
  private final List<String> classNames;

  CifarDataset(CifarRecords images, List<String> classNames) {
    this.images = images;
    this.classNames = classNames;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int height() {
    return CifarRecords.SIDE;
  }

  @Override
  public int width() {
    return CifarRecords.SIDE;
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  /** {@inheritDoc} By default that is the last of a record's labels. */
  @Override
  public int label(int index) {
    return images.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    images.read(index, target);
  }
}
