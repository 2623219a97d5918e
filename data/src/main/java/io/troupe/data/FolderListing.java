package io.troupe.data;

import io.troupe.config.RunSettings.ClassOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The image files of a folder. Each sub-folder with such files is a class; a folder that holds
 * files itself is one class. Files are sorted by name, and so are classes, as numbers or as texts;
 * hidden ones do not count. Files are kept as paths, because a name as a text may not lead back to
 * its file.
 */
final class FolderListing {
  private static final String ONLY_CLASS = "all";
  private static final String WANTED =
      "a folder with pictures (.png, .jpg, .jpeg, .jpe, .bmp, .gif or .webp), or with one sub-folder"
          + " of them for each class";
  private static final int DEEPEST = 6;
  private static final int MOST_LOOKED_AT = 100_000;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,100}");
  private static final Pattern IMAGE =
      Pattern.compile("(?i).*\\.(png|jpe?g|jpe|bmp|gif|webp)", Pattern.DOTALL);

  /** Something in a folder: its name as a text, and as the file system has it. */
  private record Entry(String name, Path file) {
    boolean isImage() {
      return IMAGE.matcher(name).matches();
    }
  }

  private final List<String> classNames = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  /** The index of each class's first file, and the number of files at the end. */
  private final int[] starts;

  /** Last names. */
  private final Path[] files;

  private final Path root;
  private final ClassOrder order;
  private final LeftOut leftOut = new LeftOut();

  private FolderListing(Path root, String remedy, ClassOrder order) throws IOException {
    this.root = root;
    this.order = order;
    List<List<Entry>> images = list(remedy);
    starts = new int[images.size() + 1];
    for (int i = 0; i < images.size(); i++) {
      starts[i + 1] = starts[i] + images.get(i).size();
    }
    files = images.stream().flatMap(List::stream).map(Entry::file).toArray(Path[]::new);
  }

  /**
   * Lists a folder.
   *
   * @param remedy the start of a sentence that ends with what is wanted, e.g. "Set this to "
   * @param order of the classes
   * @throws DatasetException if there is no such folder, or it holds no images, or both images and
   *     sub-folders of them
   */
  static FolderListing of(Path path, String remedy, ClassOrder order) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "%s: %s. %s%s%s"
              .formatted(
                  path,
                  Files.exists(path)
                      ? "a file, expected a folder; an archive must be unpacked first"
                      : "there is no such folder",
                  remedy,
                  WANTED,
                  path.toString().indexOf('\uFFFD') < 0
                      ? ""
                      : ". The name as given is not in UTF-8, so that it cannot be found; rename it"));
    }
    try {
      return new FolderListing(path, remedy, order);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be listed: %s".formatted(path, e), e);
    }
  }

  /** A picture that is too deep below the folder to be found. */
  private Optional<Path> deeper() throws IOException {
    try (Stream<Path> files = Files.walk(root, DEEPEST)) {
      return files
          .limit(MOST_LOOKED_AT)
          .filter(file -> IMAGE.matcher(file.getFileName().toString()).matches())
          .filter(Files::isRegularFile)
          .findFirst()
          .map(root::relativize);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Fills classes and folders, and returns the files of each class. */
  private List<List<Entry>> list(String remedy) throws IOException {
    List<Entry> direct = new ArrayList<>();
    List<Entry> classes = new ArrayList<>();
    List<List<Entry>> ofClasses = new ArrayList<>();
    for (Entry entry : entries(root)) {
      if (entry.isImage()) {
        direct.add(entry);
      } else if (Files.isDirectory(root.resolve(entry.file()))) {
        List<Entry> images = ofClass(entry);
        if (!images.isEmpty()) {
          classes.add(entry);
          ofClasses.add(images);
        }
      } else {
        leftOut.otherKind(entry.name());
      }
    }
    if (direct.isEmpty() && classes.isEmpty()) {
      throw new DatasetException(
          "%s: there are no pictures in this folder and its sub-folders%s%s. %s%s"
              .formatted(
                  root,
                  leftOut.text().map(text -> ", but " + text).orElse(""),
                  deeper().map("; there are some deeper, such as %s"::formatted).orElse(""),
                  remedy,
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
    if (classes.isEmpty()) {
      classNames.add(ONLY_CLASS);
      folders.add(root);
      return List.of(direct);
    }
    List<Integer> places = places(classes);
    for (int place : places) {
      classNames.add(classes.get(place).name());
      folders.add(root.resolve(classes.get(place).file()));
    }
    return places.stream().map(ofClasses::get).toList();
  }

  /** The position of each class of the text order: by numbers, if all names are whole numbers. */
  private List<Integer> places(List<Entry> classes) {
    Stream<Integer> places = IntStream.range(0, classes.size()).boxed();
    boolean numbers = classes.stream().allMatch(entry -> NUMBER.matcher(entry.name()).matches());
    return order == ClassOrder.NUMBERS && numbers
        // Equal numbers, as 1 and 01, stay in the order of their texts.
        ? places
            .sorted(Comparator.comparing(place -> new BigInteger(classes.get(place).name())))
            .toList()
        : places.toList();
  }

  /** What may surprise about the classes' order; nothing if numbers are sorted as numbers. */
  Optional<String> orderNote() {
    List<String> numbers = classNames.stream().filter(NUMBER.asMatchPredicate()).toList();
    List<String> inOrder = numbers.stream().sorted(Comparator.comparing(BigInteger::new)).toList();
    return numbers.size() < classNames.size() || inOrder.equals(numbers)
        ? Optional.empty()
        : Optional.of(
            "%s: the classes' names are sorted as texts (%s, ...), as dataset.class-order says; a run that was started so must keep it"
                .formatted(
                    root, String.join(", ", numbers.subList(0, Math.min(4, numbers.size())))));
  }

  /** The images of a sub-folder. */
  private List<Entry> ofClass(Entry folder) throws IOException {
    Path path = root.resolve(folder.file());
    List<Entry> images = new ArrayList<>();
    boolean deeper = false;
    for (Entry entry : entries(path)) {
      if (entry.isImage()) {
        images.add(entry);
      } else if (Files.isDirectory(path.resolve(entry.file()))) {
        int below = imagesIn(path.resolve(entry.file()));
        String place = folder.name() + "/" + entry.name();
        if (below > 0) {
          leftOut.tooDeep(place, below);
          deeper = true;
        } else {
          leftOut.emptyFolder(place);
        }
      } else {
        leftOut.otherKind(entry.name());
      }
    }
    if (images.isEmpty() && !deeper) {
      leftOut.emptyFolder(folder.name());
    }
    return images;
  }

  /** How many images are in a folder that is not read. */
  private static int imagesIn(Path folder) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path file : found) {
        String name = FileName.of(file);
        count += !name.startsWith(".") && IMAGE.matcher(name).matches() ? 1 : 0;
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return count;
  }

  /** What is in a folder and not hidden, sorted by name. */
  private List<Entry> entries(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path file : found) {
        String name = FileName.of(file);
        if (name.startsWith(".")) {
          leftOut.hidden();
        } else {
          entries.add(new Entry(name, file.getFileName()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(Entry::name).thenComparing(Entry::file));
    return entries;
  }

  /** What is in the folder and is not read, as a line for people; empty if there is nothing. */
  Optional<String> leftOut() {
    return leftOut
        .text()
        .map(
            text ->
                "%s: %d pictures in %d %s; left out: %s"
                    .formatted(
                        root,
                        size(),
                        classNames.size(),
                        classNames.size() == 1 ? "class" : "classes",
                        text));
  }

  /** Number of files. */
  int size() {
    return files.length;
  }

  /** Names of the classes, by label. */
  List<String> classNames() {
    return Collections.unmodifiableList(classNames);
  }

  /** The class of a file. */
  int label(int index) {
    Objects.checkIndex(index, size());
    int found = Arrays.binarySearch(starts, index);
    return found >= 0 ? found : -found - 2;
  }

  /** The first file of a class. */
  int first(int label) {
    return starts[label];
  }

  /** The number of files of a class. */
  int count(int label) {
    return starts[label + 1] - starts[label];
  }

  /** The folder that was listed. */
  Path root() {
    return root;
  }

  /** The folder of a class. */
  Path folder(int label) {
    return folders.get(label);
  }

  /** Where a file is. */
  Path file(int index) {
    return folders.get(label(index)).resolve(files[index]);
  }
}
