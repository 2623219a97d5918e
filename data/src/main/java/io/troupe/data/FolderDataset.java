package io.troupe.data;

import java.util.List;

/** Files of a folder as a dataset. */
abstract class FolderDataset implements Dataset {
  private final FolderListing listing;

  FolderDataset(FolderListing listing) {
    this.listing = listing;
  }

  /** The files and their classes. */
  final FolderListing listing() {
    return listing;
  }

  @Override
  public int size() {
    return listing.size();
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
