package io.troupe.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The image files of a dataset, class by class. Immutable. */
final class ImageListing {
  private static final Pattern IMAGE =
      Pattern.compile("(?i).*\\.(png|jpe?g|jpe|bmp|gif|webp)", Pattern.DOTALL);

  /** The endings of images' names, for messages. */
  static final String ENDINGS = ".png, .jpg, .jpeg, .jpe, .bmp, .gif or .webp";

  /**
   * Images with one label.
   *
   * @param name of the class
   * @param place the folder that they are in, perhaps deeper
   */
  record ImageClass(String name, FileEntry place, List<FileEntry> files) {}

  private final FileEntry root;
  private final List<String> classNames;
  private final FileEntry[] places;

  /** The index of each class's first file, and the number of files at the end. */
  private final int[] starts;

  private final FileEntry[] files;
  private final List<String> notes;

  /**
   * A listing.
   *
   * @param classes by label
   * @param leftOut what else there is
   * @param notes what may surprise
   */
  ImageListing(FileEntry root, List<ImageClass> classes, LeftOut leftOut, List<String> notes) {
    this.root = root;
    classNames = classes.stream().map(ImageClass::name).toList();
    places = classes.stream().map(ImageClass::place).toArray(FileEntry[]::new);
    starts = new int[classes.size() + 1];
    for (int i = 0; i < classes.size(); i++) {
      starts[i + 1] = starts[i] + classes.get(i).files().size();
    }
    files = classes.stream().flatMap(one -> one.files().stream()).toArray(FileEntry[]::new);
    List<String> all = new ArrayList<>();
    leftOut
        .text()
        .ifPresent(
            text ->
                all.add(
                    "%s: %d %s in %d %s; left out: %s"
                        .formatted(
                            root,
                            files.length,
                            files.length == 1 ? "picture" : "pictures",
                            places.length,
                            places.length == 1 ? "class" : "classes",
                            text)));
    all.addAll(notes);
    this.notes = List.copyOf(all);
  }

  /** Whether a file's name ends as an image's does. */
  static boolean isImage(String name) {
    return IMAGE.matcher(name).matches();
  }

  /** What is there and not read, and what may surprise, as lines for people. */
  List<String> notes() {
    return notes;
  }

  /** Number of files. */
  int size() {
    return files.length;
  }

  /** Names of the classes, by label. */
  List<String> classNames() {
    return classNames;
  }

  /** The class of a file. */
  int label(int index) {
    Objects.checkIndex(index, size());
    // Of classes without files the last one is found, which has some.
    int low = 0;
    int high = places.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The first file of a class. */
  int first(int label) {
    return starts[label];
  }

  /** The number of files of a class. */
  int count(int label) {
    return starts[label + 1] - starts[label];
  }

  /** The folder or archive that was listed. */
  FileEntry root() {
    return root;
  }

  /** The folder of a class. */
  FileEntry place(int label) {
    return places[label];
  }

  /** A file. */
  FileEntry file(int index) {
    return files[index];
  }
}
