package io.troupe.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
  private static final String REMEDY = "Set dataset.path to ";

  private final FolderListing listing;
  private final int side;
  private final Consumer<String> warnings;
  private final AtomicReferenceArray<byte[]> decoded;
  private final Set<Integer> undecodable = ConcurrentHashMap.newKeySet();

  private ImageFolder(FolderListing listing, int side, long cacheBytes, Consumer<String> warnings) {
    this.listing = listing;
    this.side = side;
    this.warnings = warnings;
    boolean fits = (long) listing.size() * pictureBytes() <= cacheBytes;
    decoded = new AtomicReferenceArray<>(fits ? listing.size() : 0);
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
    return new ImageFolder(FolderListing.of(path, REMEDY), side, cacheBytes, warnings);
  }

  private int pictureBytes() {
    return 3 * side * side;
  }

  @Override
  public int size() {
    return listing.size();
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
    return listing.classNames();
  }

  @Override
  public int label(int index) {
    return listing.label(index);
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
    int first = listing.first(label);
    int count = listing.count(label);
    for (int i = 0; i < count; i++) {
      int candidate = first + (index - first + i) % count;
      if (!undecodable.contains(candidate) && tryRead(candidate, target)) {
        return;
      }
    }
    throw new DatasetException(
        "%s: none of its %d pictures can be decoded; the log names them. Replace them or remove them"
            .formatted(listing.folder(label), count));
  }

  private boolean tryRead(int index, byte[] target) {
    byte[] square = decoded.length() > 0 ? decoded.get(index) : null;
    if (square == null) {
      Path file = listing.file(index);
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
        square = CenterSquare.of(PictureDecoder.decode(content, false), side);
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
