package io.troupe.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Names of the PNG and JPEG files of a folder. Each sub-folder with such files is a class; a folder
 * that holds files itself is one class. Classes, and the files of a class, are in the order of
 * their names; hidden ones do not count.
 */
final class FolderListing {
  private static final String ONLY_CLASS = "all";
  private static final String WANTED =
      "a folder with .png, .jpg or .jpeg files, or with one sub-folder of them for each class";

  private final List<String> classNames = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  /** Where each class begins, and the size after the last. */
  private final int[] starts;

  private final String[] files;

  private FolderListing(Path root, String remedy) throws IOException {
    List<List<String>> names = list(root, remedy);
    starts = new int[names.size() + 1];
    for (int i = 0; i < names.size(); i++) {
      starts[i + 1] = starts[i] + names.get(i).size();
    }
    files = names.stream().flatMap(List::stream).toArray(String[]::new);
  }

  /**
   * Lists a folder.
   *
   * @param remedy begins a sentence that ends with what is wanted, as "Set this to "
   * @throws DatasetException if there is no such folder, or it holds no pictures, or both pictures
   *     and sub-folders of them
   */
  static FolderListing of(Path path, String remedy) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "%s: %s. %s%s"
              .formatted(
                  path,
                  Files.exists(path)
                      ? "a file, expected a folder; an archive must be unpacked first"
                      : "there is no such folder",
                  remedy,
                  WANTED));
    }
    try {
      return new FolderListing(path, remedy);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be listed: %s".formatted(path, e), e);
    }
  }

  /** Fills classes and folders, and returns the files of each class. */
  private List<List<String>> list(Path root, String remedy) throws IOException {
    TreeMap<String, List<String>> classes = new TreeMap<>();
    List<String> direct = new ArrayList<>();
    for (String name : names(root)) {
      if (isPicture(name)) {
        direct.add(name);
      } else if (Files.isDirectory(root.resolve(name))) {
        List<String> pictures =
            names(root.resolve(name)).stream().filter(FolderListing::isPicture).toList();
        if (!pictures.isEmpty()) {
          classes.put(name, pictures);
        }
      }
    }
    if (direct.isEmpty() && classes.isEmpty()) {
      throw new DatasetException(
          "%s: there are no pictures in this folder and its sub-folders. %s%s"
              .formatted(root, remedy, WANTED));
    }
    if (!direct.isEmpty() && !classes.isEmpty()) {
      throw new DatasetException(
          ("%s: the folder holds both pictures (%d, the first is %s) and sub-folders of pictures"
                  + " (%d, the first is %s); move one of both away, as sub-folders are classes")
              .formatted(root, direct.size(), direct.get(0), classes.size(), classes.firstKey()));
    }
    if (classes.isEmpty()) {
      classNames.add(ONLY_CLASS);
      folders.add(root);
      return List.of(direct);
    }
    classes.keySet().forEach(classNames::add);
    classes.keySet().forEach(name -> folders.add(root.resolve(name)));
    return List.copyOf(classes.values());
  }

  /** The names in a folder that are not hidden, sorted. */
  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".")) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }

  private static boolean isPicture(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".png") || lower.endsWith(".jpg") || lower.endsWith(".jpeg");
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

  /** The folder of a class. */
  Path folder(int label) {
    return folders.get(label);
  }

  /** Where a file is. */
  Path file(int index) {
    return folders.get(label(index)).resolve(files[index]);
  }
}
