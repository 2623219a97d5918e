package io.troupe.models.networks;

/**
 * What networks are made for: the images of a dataset.
 *
 * @param size height and width, in pixels
 * @param channels 3 for colour, 1 for grey
 * @param classes how many classes they have, at least 1
 */
public record ImageSpec(int size, int channels, int classes) {
  /** Checks the ranges. */
  public ImageSpec {
    if (size < 1 || classes < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "images of %d pixels, %d channels and %d classes".formatted(size, channels, classes));
    }
  }

  /** Images in colour. */
  public static ImageSpec rgb(int size, int classes) {
    return new ImageSpec(size, 3, classes);
  }

  /** In words, such as "64x64, RGB, 3 classes". */
  public String inWords() {
    return "%1$dx%1$d, %2$s, %3$d %4$s"
        .formatted(
            size, channels == 1 ? "grey" : "RGB", classes, classes == 1 ? "class" : "classes");
  }

  /** The shape of a batch, [N, H, W, C]. */
  public long[] shape(long batch) {
    return new long[] {batch, size, size, channels};
  }
}
