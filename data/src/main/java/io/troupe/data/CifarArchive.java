package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.troupe.config.CommandHint;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Finds the members of a CIFAR dataset's binary version in a folder or in the archive.
 *
 * @param title the dataset's name, for messages
 * @param download the archive
 * @param folder the folder that the archive holds
 * @param nameFiles members with class names, which may be missing
 */
record CifarArchive(String title, RemoteFile download, String folder, List<String> nameFiles) {
  private static final String HOMEPAGE = "https://www.cs.toronto.edu/~kriz/cifar.html";
  private static final int BUFFER_BYTES = 1 << 16;

  /** Takes one member: where it is (for messages), its length in bytes, and its content. */
  interface Visitor {
    void visit(String where, String name, long length, InputStream content) throws IOException;
  }

  /**
   * The path to read: the one that is set, else that of the download.
   *
   * @throws DatasetException if there is neither
   */
  Path locate(Optional<Path> path, CacheFolder cache) {
    return path.or(() -> cache.find(download))
        .orElseThrow(
            () ->
                new DatasetException(
                    ("%s is not there: dataset.path is not set, and %s does not exist. Run 'troupe"
                            + " fetch %s', or give with --data the path of %s")
                        .formatted(
                            title, cache.path(download), download.name(), wanted(List.of()))));
  }

  /**
   * Whether a path is the archive, a folder with a member, or that folder's parent.
   *
   * @param member the name of one
   */
  boolean isAt(Path path, String member) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve(member)) || Files.exists(path.resolve(folder));
    }
    if (!FileStart.is(path, "\037\213")) {
      return false;
    }
    try (InputStream raw = Files.newInputStream(path);
        InputStream tar = new GZIPInputStream(raw)) {
      return new String(tar.readNBytes(folder.length()), ISO_8859_1).equals(folder);
    }
  }

  /** What to do about broken files, for messages. */
  String remedy() {
    return "The file is damaged or is not %s's binary version: fetch %s again ('%s', or from %s)"
        .formatted(title, download.fileName(), CommandHint.of("fetch", download.name()), HOMEPAGE);
  }

  private String wanted(List<String> records) {
    return "%s (from %s) or the folder with its %s"
        .formatted(
            download.fileName(),
            HOMEPAGE,
            records.isEmpty() ? "files" : String.join(", ", records));
  }

  /**
   * Visits each of the members {@code records} exactly once, in any order, and those files of class
   * names that are there.
   *
   * @param path the archive, a folder with the members, or that folder's parent
   * @throws DatasetException if a member is missing, or the files cannot be read
   */
  void visit(Path path, List<String> records, Visitor visitor) {
    if (Files.isDirectory(path)) {
      visitFolder(path, records, visitor);
    } else if (Files.exists(path)) {
      visitArchive(path, records, visitor);
    } else {
      throw new DatasetException(
          "%s: there is no such file or folder. Name %s".formatted(path, wanted(records)));
    }
  }

  private void visitFolder(Path path, List<String> records, Visitor visitor) {
    String first = records.get(0);
    Path members = Files.exists(path.resolve(first)) ? path : path.resolve(folder);
    for (String name : records) {
      if (!Files.exists(members.resolve(name))) {
        throw new DatasetException(
            "%s: the folder holds neither %s nor %s/%s. Name %s"
                .formatted(path, name, folder, name, wanted(records)));
      }
    }
    for (String name : records) {
      visitFile(members.resolve(name), visitor);
    }
    for (String name : nameFiles) {
      if (Files.exists(members.resolve(name))) {
        visitFile(members.resolve(name), visitor);
      }
    }
  }

  /** Others, as named pipes, may never answer. */
  private static void requireRegular(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DatasetException("%s: not a regular file. Name a file or folder".formatted(file));
    }
  }

  private static void visitFile(Path file, Visitor visitor) {
    requireRegular(file);
    try (InputStream content = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      visitor.visit(file.toString(), String.valueOf(file.getFileName()), Files.size(file), content);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  private void visitArchive(Path path, List<String> records, Visitor visitor) {
    String place = path.toString();
    Set<String> missing = new HashSet<>(records);
    requireRegular(path);
    try (InputStream raw = Files.newInputStream(path);
        GZIPInputStream gzip = new GZIPInputStream(raw, BUFFER_BYTES);
        HeaderLimit limited = new HeaderLimit(gzip);
        TarArchiveInputStream tar = new TarArchiveInputStream(limited)) {
      for (TarArchiveEntry entry = limited.next(tar); entry != null; entry = limited.next(tar)) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (missing.remove(name) || nameFiles.contains(name)) {
          place = path + ", entry " + entry.getName();
          visitor.visit(place, name, entry.getSize(), tar);
          place = path.toString();
        }
      }
      // To the very end, where gzip keeps its checksum.
      gzip.transferTo(OutputStream.nullOutputStream());
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new DatasetException(
          "%s: expected a complete gzip-compressed tar archive, but reading it failed: %s. %s"
              .formatted(place, e, remedy()),
          e);
    }
    for (String name : records) {
      if (missing.contains(name)) {
        throw new DatasetException(
            "%s: the archive has no entry %s/%s. %s".formatted(path, folder, name, remedy()));
      }
    }
  }
}
