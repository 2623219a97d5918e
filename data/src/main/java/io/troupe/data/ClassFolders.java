package io.troupe.data;

import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.files.IoReason;
import io.troupe.data.ImageListing.ImageClass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The image files of a folder or archive, whose sub-folders are classes. A place that holds images
 * itself is one class. Files are sorted by name, and so are classes, as numbers or as texts.
 */
final class ClassFolders {
  private static final String ONLY_CLASS = "all";
  static final String WANTED =
      "a folder with pictures (%s), or with one sub-folder of them for each class"
          .formatted(ImageListing.ENDINGS);
  private static final int DEEPEST = 6;

  private final FileEntry root;
  private final boolean nested;
  private final LeftOut leftOut;
  private final List<String> notes = new ArrayList<>();

  private ClassFolders(FileEntry root, boolean nested, LeftOut leftOut) {
    this.root = root;
    this.nested = nested;
    this.leftOut = leftOut;
  }

  /**
   * Lists a folder.
   *
   * @param root a folder
   * @param nested whether images deeper in a class's folder belong to the class
   * @param order of the classes
   * @param leftOut what was left out before
   * @throws DatasetException if it holds no images, or both images and sub-folders of them
   */
  static ImageListing list(FileEntry root, boolean nested, ClassOrder order, LeftOut leftOut) {
    try {
      ClassFolders folders = new ClassFolders(root, nested, leftOut);
      List<ImageClass> classes = folders.classes();
      List<ImageClass> sorted = ClassNames.sorted(classes, ImageClass::name, order);
      ClassNames.orderNote(sorted.stream().map(ImageClass::name).toList())
          .ifPresent(note -> folders.notes.add(root + ": " + note));
      return new ImageListing(root, sorted, leftOut, folders.notes);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be listed: %s".formatted(root, IoReason.of(e)), e);
    }
  }

  /** The only folder of an archive, if it holds folders itself: it came in with its content. */
  static FileEntry below(FileEntry archive) {
    try {
      FileEntry root = archive;
      while (true) {
        List<FileEntry> children = root.children(new LeftOut());
        if (children.size() != 1
            || children.get(0).children(new LeftOut()).stream().noneMatch(FileEntry::isFolder)) {
          return root;
        }
        root = children.get(0);
      }
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be listed: %s".formatted(archive, IoReason.of(e)), e);
    }
  }

  /** Whether a folder or one of its sub-folders holds images; a few names have to suffice. */
  static boolean holdsImages(FileEntry folder) throws IOException {
    return holdsImages(folder, 2);
  }

  private static boolean holdsImages(FileEntry folder, int deep) throws IOException {
    for (FileEntry entry : folder.children(new LeftOut())) {
      if (entry.isFolder()
          ? deep > 0 && holdsImages(entry, deep - 1)
          : ImageListing.isImage(entry.name())) {
        return true;
      }
    }
    return false;
  }

  private List<ImageClass> classes() throws IOException {
    List<FileEntry> direct = new ArrayList<>();
    List<ImageClass> classes = new ArrayList<>();
    for (FileEntry entry : root.children(leftOut)) {
      if (entry.isFolder()) {
        List<FileEntry> images = ofClass(entry);
        if (!images.isEmpty()) {
          classes.add(new ImageClass(entry.name(), entry, images));
        }
      } else if (ImageListing.isImage(entry.name())) {
        direct.add(entry);
      } else {
        leftOut.otherKind(entry.name());
      }
    }
    if (direct.isEmpty() && classes.isEmpty()) {
      throw new DatasetException(
          "%s: there are no pictures in this folder and its sub-folders%s%s. Name %s"
              .formatted(
                  root,
                  leftOut.text().map(text -> ", but " + text).orElse(""),
                  nested
                      ? ""
                      : deeper(root, root.name(), 0)
                          .map("; there are some deeper, such as %s"::formatted)
                          .orElse(""),
                  WANTED));
    }
    if (!direct.isEmpty() && !classes.isEmpty()) {
      throw new DatasetException(
          ("%s: the folder holds both pictures (%d, the first is %s) and sub-folders of pictures"
                  + " (%d, the first is %s); move one of both away, as sub-folders are classes")
              .formatted(
                  root,
                  direct.size(),
                  direct.get(0).name(),
                  classes.size(),
                  classes.get(0).name()));
    }
    if (classes.size() == 1) {
      noteOnlyFolder(classes.get(0).place());
    }
    return classes.isEmpty() ? List.of(new ImageClass(ONLY_CLASS, root, direct)) : classes;
  }

  /** Of a single class that has only sub-folders, these are more likely meant. */
  private void noteOnlyFolder(FileEntry folder) throws IOException {
    List<FileEntry> children = folder.children(new LeftOut());
    List<String> below =
        children.stream().filter(FileEntry::isFolder).map(FileEntry::name).toList();
    if (below.size() > 1 && below.size() == children.size()) {
      notes.add(
          "%s: its only class is %s, which has sub-folders (%s, ...); if these are the classes, give %s"
              .formatted(root, folder.name(), below.get(0), folder));
    }
  }

  /** The images of a sub-folder. */
  private List<FileEntry> ofClass(FileEntry folder) throws IOException {
    List<FileEntry> images = new ArrayList<>();
    int deep = collect(folder, folder.name(), images, new HashSet<>(Set.of(root.identity())));
    if (images.isEmpty() && deep == 0) {
      leftOut.emptyFolder(folder.name());
    }
    return images;
  }

  /**
   * Adds a folder's images, and those deeper if they are to be read.
   *
   * @return how many are too deep
   */
  private int collect(FileEntry folder, String place, List<FileEntry> images, Set<Object> above)
      throws IOException {
    Object identity = folder.identity();
    if (!above.add(identity)) {
      leftOut.loop(place);
      return 0;
    }
    int deep = 0;
    for (FileEntry entry : folder.children(leftOut)) {
      String name = place + "/" + entry.name();
      if (entry.isFolder() && nested) {
        int before = images.size();
        collect(entry, name, images, above);
        if (images.size() == before) {
          leftOut.emptyFolder(name);
        }
      } else if (entry.isFolder()) {
        int below = imagesIn(entry);
        deep += below;
        if (below > 0) {
          leftOut.tooDeep(name, below);
        } else {
          leftOut.emptyFolder(name);
        }
      } else if (ImageListing.isImage(entry.name())) {
        images.add(entry);
      } else {
        leftOut.otherKind(entry.name());
      }
    }
    above.remove(identity);
    return deep;
  }

  /** How many images are in a folder that is not read. */
  private static int imagesIn(FileEntry folder) throws IOException {
    return (int)
        folder.children(new LeftOut()).stream()
            .filter(entry -> !entry.isFolder() && ImageListing.isImage(entry.name()))
            .count();
  }

  /** An image that is too deep below the folder to be found. */
  private static Optional<String> deeper(FileEntry folder, String place, int depth)
      throws IOException {
    for (FileEntry entry : folder.children(new LeftOut())) {
      Optional<String> found =
          entry.isFolder() && depth < DEEPEST
              ? deeper(entry, place + "/" + entry.name(), depth + 1)
              : Optional.of(place + "/" + entry.name())
                  .filter(name -> !entry.isFolder() && ImageListing.isImage(name));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
