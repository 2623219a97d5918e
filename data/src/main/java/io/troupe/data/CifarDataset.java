package io.troupe.data;

import java.util.List;

/** What CIFAR-10 and CIFAR-100 have in common when they are read. */
abstract class CifarDataset implements Dataset {
  private final CifarPictures pictures;
  private final List<String> classNames;

  CifarDataset(CifarPictures pictures, List<String> classNames) {
    this.pictures = pictures;
    this.classNames = classNames;
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public int height() {
    return CifarPictures.SIDE;
  }

  @Override
  public int width() {
    return CifarPictures.SIDE;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  /** {@inheritDoc} By default that is the last of a record's labels. */
  @Override
  public int label(int index) {
    return pictures.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    pictures.read(index, target);
  }
}
