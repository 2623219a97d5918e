package io.troupe.data;

import java.util.List;

/** Image files as a dataset. */
abstract class ListedImages implements Dataset {
  private final ImageListing listing;

  ListedImages(ImageListing listing) {
    this.listing = listing;
  }

  /** The files and their classes. */
  final ImageListing listing() {
    return listing;
  }

  @Override
  public int size() {
    return listing.size();
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public List<String> classNames() {
    return listing.classNames();
  }

  @Override
  public int label(int index) {
    return listing.label(index);
  }
}
