package io.troupe.data;

/** Image files as a dataset of RGB images. */
abstract class ListedImages extends AbstractDataset {
  private final ImageListing listing;

  ListedImages(ImageListing listing, int height, int width) {
    super(height, width, 3, listing.classNames());
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
  public int label(int index) {
    return listing.label(index);
  }
}
