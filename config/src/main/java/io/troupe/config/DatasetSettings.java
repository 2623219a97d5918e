package io.troupe.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The images to learn from.
 *
 * @param kind the name of one of {@link Parts#datasets}
 * @param path folder, archive or file; empty for procedural datasets, and for those that {@code
 *     troupe fetch} has downloaded
 * @param labels which labels are the classes
 * @param channels of the images, 3 for RGB and 1 for grey; 0 is what they have
 * @param images number of images of a procedural dataset
 * @param size side in pixels of the squares that image files are made
 * @param fit how an image becomes a square
 * @param filter with which it is scaled
 * @param cache where decoded image files are kept
 * @param cacheMb memory for decoded image files, in MiB
 * @param upright whether image files are rotated as their EXIF orientation says
 * @param patience how long to wait for image files that cannot be read, in seconds
 * @param classOrder how classes are sorted and then numbered
 * @param floatRange of images that are floats
 * @param nested whether images deeper in a class's folder belong to the class
 */
public record DatasetSettings(
    String kind,
    Optional<Path> path,
    Split split,
    Labels labels,
    int channels,
    int images,
    int size,
    Fit fit,
    Filter filter,
    Cache cache,
    int cacheMb,
    boolean upright,
    int patience,
    ClassOrder classOrder,
    FloatRange floatRange,
    boolean nested) {
  /** What images that are floats range over, from black to white. */
  public enum FloatRange {
    /** As they show by themselves. */
    AUTO,
    ZERO_TO_ONE,
    MINUS_ONE_TO_ONE
  }

  /** Where decoded image files are kept. */
  public enum Cache {
    /** In a file that all runs share. */
    DISK,
    /** In the JVM's memory, if there is room for all. */
    MEMORY
  }

  /** How an image of any size becomes a square. */
  public enum Fit {
    /** The shorter side is scaled, and the square in the centre is cut out. */
    CROP,
    /** The longer side is scaled, and the rest is black. */
    PAD,
    /** Both sides are scaled, whatever becomes of proportions. */
    STRETCH
  }

  /** How images are scaled; shrinking averages, so that no detail turns into a false pattern. */
  public enum Filter {
    BILINEAR,
    BICUBIC,
    LANCZOS,
    /** The mean of the area that a pixel covers; Pillow's box. */
    AREA
  }

  /** How classes are sorted by their names. */
  public enum ClassOrder {
    /** As numbers if all names are whole numbers, otherwise as texts. */
    NUMBERS,
    TEXTS
  }

  /** Which split of a dataset. */
  public enum Split {
    TRAIN,
    TEST
  }

  /** Which labels are the classes. */
  public enum Labels {
    /** Those that the dataset has; of CIFAR-100's two the coarser one. */
    SUPERCLASS,
    /** CIFAR-100's finer ones. */
    FINE,
    /** None: all images are one class. */
    NONE
  }
}
