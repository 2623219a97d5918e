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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * PNG and JPEG files of a folder, cut and scaled to squares of one size.
 *
 * <p>Each sub-folder with such files is a class; a folder that holds files itself is one class.
 * Classes, and the files of a class, are in the order of their names; hidden ones do not count.
 * Opening lists the names only: a file is decoded when it is read, and kept if there is memory for
 * all. In the place of a file that cannot be decoded stands the next of its class that can.
 */
public final class ImageFolder implements Dataset {
  private static final String ONLY_CLASS = "all";
  private static final String WANTED =
      "a folder with .png, .jpg or .jpeg files, or with one sub-folder of them for each class";

  private final Path root;
  private final int side;
  private final Consumer<String> warnings;
  private final List<String> classNames = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  /** Where each class begins, and the size after the last. */
  private final int[] starts;

  private final String[] files;
  private final AtomicReferenceArray<byte[]> decoded;
  private final Set<Integer> undecodable = ConcurrentHashMap.newKeySet();

  private ImageFolder(Path root, int side, long cacheBytes, Consumer<String> warnings)
      throws IOException {
    this.root = root;
    this.side = side;
    this.warnings = warnings;
    List<List<String>> names = list();
    starts = new int[names.size() + 1];
    for (int i = 0; i < names.size(); i++) {
      starts[i + 1] = starts[i] + names.get(i).size();
    }
    files = names.stream().flatMap(List::stream).toArray(String[]::new);
    boolean fits = (long) files.length * pictureBytes() <= cacheBytes;
    decoded = new AtomicReferenceArray<>(fits ? files.length : 0);
  }

  /**
   * Lists a folder.
   *
   * @param side pixels of the squares
   * @param cacheBytes memory for decoded pictures; if all do not fit, none is kept
   * @param warnings hears of each file that cannot be decoded, once; from any thread
   * @throws DatasetException if there is no such folder, or it holds no pictures, or both pictures
   *     and sub-folders of them
   */
  public static ImageFolder open(Path path, int side, long cacheBytes, Consumer<String> warnings) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "%s: %s. Set dataset.path to %s"
              .formatted(
                  path,
                  Files.exists(path)
                      ? "a file, expected a folder; an archive must be unpacked first"
                      : "there is no such folder",
                  WANTED));
    }
    try {
      return new ImageFolder(path, side, cacheBytes, warnings);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be listed: %s".formatted(path, e), e);
    }
  }

  /** Fills classes and folders, and returns the files of each class. */
  private List<List<String>> list() throws IOException {
    TreeMap<String, List<String>> classes = new TreeMap<>();
    List<String> direct = new ArrayList<>();
    for (String name : names(root)) {
      if (isPicture(name)) {
        direct.add(name);
      } else if (Files.isDirectory(root.resolve(name))) {
        List<String> pictures =
            names(root.resolve(name)).stream().filter(ImageFolder::isPicture).toList();
        if (!pictures.isEmpty()) {
          classes.put(name, pictures);
        }
      }
    }
    if (direct.isEmpty() && classes.isEmpty()) {
      throw new DatasetException(
          "%s: there are no pictures in this folder and its sub-folders. Set dataset.path to %s"
              .formatted(root, WANTED));
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

  private int pictureBytes() {
    return 3 * side * side;
  }

  @Override
  public int size() {
    return files.length;
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public List<String> classNames() {
    return Collections.unmodifiableList(classNames);
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    int found = Arrays.binarySearch(starts, index);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * {@inheritDoc}
   *
   * @throws DatasetException if a file cannot be read, or none of its class can be decoded
   */
  @Override
  public void read(int index, byte[] target) {
    int label = label(index);
    Objects.checkFromIndexSize(0, pictureBytes(), target.length);
    int first = starts[label];
    int count = starts[label + 1] - first;
    for (int i = 0; i < count; i++) {
      int candidate = first + (index - first + i) % count;
      if (!undecodable.contains(candidate) && tryRead(candidate, label, target)) {
        return;
      }
    }
    throw new DatasetException(
        "%s: none of its %d pictures can be decoded; the log names them. Replace them or remove them"
            .formatted(folders.get(label), count));
  }

  private boolean tryRead(int index, int label, byte[] target) {
    byte[] square = decoded.length() > 0 ? decoded.get(index) : null;
    if (square == null) {
      Path file = folders.get(label).resolve(files[index]);
      byte[] content;
      try {
        content = Files.readAllBytes(file);
      } catch (IOException e) {
        // No reason for another picture: it may be there the next time.
        throw new DatasetException(
            "%s: cannot be read: %s. The folder must not change during a run".formatted(file, e),
            e);
      }
      try {
        square = CenterSquare.of(PictureDecoder.decode(content), side);
      } catch (IOException e) {
        if (undecodable.add(index)) {
          warnings.accept(
              "%s: %s; the next picture of its class stands in (%d so far)"
                  .formatted(file, e.getMessage(), undecodable.size()));
        }
        return false;
      }
      if (decoded.length() > 0) {
        decoded.set(index, square);
      }
    }
    System.arraycopy(square, 0, target, 0, square.length);
    return true;
  }
}
