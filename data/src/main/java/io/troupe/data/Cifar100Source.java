package io.troupe.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Finds the members of CIFAR-100's binary version in a folder or in the archive. */
final class Cifar100Source {
  /** What a path should name, for messages. */
  static final String WANTED =
      "cifar-100-binary.tar.gz (from https://www.cs.toronto.edu/~kriz/cifar.html) or of the folder"
          + " with its train.bin and test.bin";

  /** What to do about broken files, for messages. */
  static final String REMEDY =
      "The file is damaged or is not CIFAR-100's binary version: fetch cifar-100-binary.tar.gz"
          + " again from https://www.cs.toronto.edu/~kriz/cifar.html";

  private static final String FOLDER = "cifar-100-binary";
  private static final List<String> NAME_FILES =
      List.of("coarse_label_names.txt", "fine_label_names.txt");
  private static final int BUFFER_BYTES = 1 << 16;

  /** Takes one member: where it is (for messages), its length in bytes, and its content. */
  interface Visitor {
    void visit(String where, String name, long length, InputStream content) throws IOException;
  }

  private Cifar100Source() {}

  /**
   * Visits the member {@code records} exactly once, and those files of class names that are there.
   *
   * @param path the archive, a folder with the members, or that folder's parent
   * @param records {@code train.bin} or {@code test.bin}
   * @throws DatasetException if the member is missing, or the files cannot be read
   */
  static void visit(Path path, String records, Visitor visitor) {
    if (Files.isDirectory(path)) {
      visitFolder(path, records, visitor);
    } else if (Files.exists(path)) {
      visitArchive(path, records, visitor);
    } else {
      throw new DatasetException(
          path + ": there is no such file or folder. Set dataset.path to the path of " + WANTED);
    }
  }

  private static void visitFolder(Path path, String records, Visitor visitor) {
    Path folder = Files.exists(path.resolve(records)) ? path : path.resolve(FOLDER);
    if (!Files.exists(folder.resolve(records))) {
      throw new DatasetException(
          "%s: the folder holds neither %s nor %s/%s. Set dataset.path to the path of %s"
              .formatted(path, records, FOLDER, records, WANTED));
    }
    visitFile(folder.resolve(records), visitor);
    for (String name : NAME_FILES) {
      if (Files.exists(folder.resolve(name))) {
        visitFile(folder.resolve(name), visitor);
      }
    }
  }

  private static void visitFile(Path file, Visitor visitor) {
    try (InputStream content = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      visitor.visit(file.toString(), String.valueOf(file.getFileName()), Files.size(file), content);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static void visitArchive(Path path, String records, Visitor visitor) {
    String place = path.toString();
    boolean found = false;
    try (InputStream raw = Files.newInputStream(path);
        GZIPInputStream gzip = new GZIPInputStream(raw, BUFFER_BYTES);
        TarArchiveInputStream tar = new TarArchiveInputStream(gzip)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (name.equals(records) ? !found : NAME_FILES.contains(name)) {
          place = path + ", entry " + entry.getName();
          visitor.visit(place, name, entry.getSize(), tar);
          place = path.toString();
          found |= name.equals(records);
        }
      }
      // To the very end, where gzip keeps its checksum.
      gzip.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new DatasetException(
          "%s: expected a complete gzip-compressed tar archive, but reading it failed: %s. %s"
              .formatted(place, e, REMEDY),
          e);
    }
    if (!found) {
      throw new DatasetException(
          "%s: the archive has no entry %s/%s. %s".formatted(path, FOLDER, records, REMEDY));
    }
  }
}
