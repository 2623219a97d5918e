package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.troupe.config.files.IoReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip archive, read in place: its files are found by its directory, stored or deflated, and
 * nothing is unpacked to disk. What it says of a file's length is not trusted: no more is read.
 * Names with "..", which would lead out of it, are left out. Closed when nobody can reach it.
 */
final class ZipArchive {
  private static final String MAC_FOLDER = "__MACOSX";

  /** Folders in folders; a name has room for 30,000 of them, which take gigabytes as folders. */
  private static final int MOST_DEPTH = 100;

  private final Path path;
  private final ZipFile zip;

  private ZipArchive(Path path) throws IOException {
    this.path = path;
    zip = opened(path);
  }

  private static ZipFile opened(Path path) throws IOException {
    try {
      return new ZipFile(path.toFile());
    } catch (ZipException e) {
      if (String.valueOf(e.getMessage()).contains("bad entry name")) {
        // Names that are not in UTF-8, as older programs write them.
        return new ZipFile(path.toFile(), ISO_8859_1);
      }
      throw e;
    }
  }

  /**
   * The folder that an archive is.
   *
   * @param leftOut counts what cannot be a file in it
   * @throws DatasetException if it is no zip archive, or a damaged one
   */
  static FileEntry open(Path path, LeftOut leftOut) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new ZipException("not a regular file");
      }
      if (Files.size(path) == 0) {
        throw new ZipException("the file is empty");
      }
      ZipArchive archive = new ZipArchive(path);
      return archive.root(leftOut);
    } catch (IOException e) {
      throw new DatasetException(
          "%s: cannot be read as a zip archive: %s. Make it anew, or set dataset.path to a folder"
              .formatted(path, reason(e)),
          e);
    }
  }

  private static String reason(IOException error) {
    String text = String.valueOf(error.getMessage());
    if (text.contains("encrypted")) {
      return "it is encrypted";
    }
    if (text.contains("END header not found")) {
      return "it is cut off, or something else";
    }
    return error instanceof ZipException ? text : IoReason.of(error);
  }

  /** Whether a file begins as zip archives do, or is called one. */
  static boolean isOne(Path path) throws IOException {
    return FileStart.is(path, "PK\003\004")
        || (Files.isRegularFile(path) && path.toString().toLowerCase(Locale.ROOT).endsWith(".zip"));
  }

  private FileEntry root(LeftOut leftOut) {
    Folder root = new Folder(String.valueOf(path.getFileName()), "");
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName().replace('\\', '/');
      List<String> parts = List.of(name.split("/"));
      if (parts.size() > MOST_DEPTH) {
        leftOut.farDown(MOST_DEPTH, name);
      } else if (name.startsWith("/") || parts.contains("..") || name.indexOf('\0') >= 0) {
        leftOut.outside(name);
      } else if (!entry.isDirectory() && !name.endsWith("/")) {
        root.add(parts, new Member(parts.get(parts.size() - 1), entry.getName()), leftOut);
      }
    }
    return root;
  }

  /** What has a name in the archive. */
  private abstract class Entry implements FileEntry {
    private final String name;
    private final String inside;

    /**
     * An entry.
     *
     * @param name its last name
     * @param inside where it is in the archive, e.g. "entry 0/17.png"
     */
    Entry(String name, String inside) {
      this.name = name;
      this.inside = inside;
    }

    @Override
    public final String name() {
      return name;
    }

    @Override
    public final String place() throws IOException {
      return path.toRealPath() + ", " + inside;
    }

    @Override
    public String toString() {
      return path + ", " + inside;
    }
  }

  /** A folder in the archive, or the archive. */
  private final class Folder extends Entry {
    private final String place;
    private final Map<String, FileEntry> children = new TreeMap<>();

    Folder(String name, String place) {
      super(name, "folder " + place);
      this.place = place;
    }

    void add(List<String> parts, Member member, LeftOut leftOut) {
      Folder folder = this;
      for (String part : parts.subList(0, parts.size() - 1)) {
        if (part.isEmpty() || part.equals(".")) {
          continue;
        }
        String below = folder.place + part + "/";
        FileEntry next = folder.children.computeIfAbsent(part, key -> new Folder(key, below));
        if (next instanceof Folder child) {
          folder = child;
        } else {
          leftOut.twice(member.entry);
          return;
        }
      }
      if (folder.children.putIfAbsent(member.name(), member) != null) {
        leftOut.twice(member.entry);
      }
    }

    @Override
    public boolean isFolder() {
      return true;
    }

    @Override
    public List<FileEntry> children(LeftOut leftOut) {
      List<FileEntry> visible = new ArrayList<>();
      for (FileEntry child : children.values()) {
        if (child.name().startsWith(".") || child.name().equals(MAC_FOLDER)) {
          leftOut.hidden();
        } else {
          visible.add(child);
        }
      }
      return visible;
    }

    @Override
    public Object identity() {
      return place;
    }

    @Override
    public long bytes() throws IOException {
      throw new ImageException("a folder, not a picture");
    }

    @Override
    public byte[] content() throws IOException {
      throw new ImageException("a folder, not a picture");
    }

    @Override
    public String version() throws IOException {
      return DiskEntry.of(path).version();
    }

    @Override
    public boolean isReadable() {
      return Files.isReadable(path);
    }

    @Override
    public String toString() {
      return place.isEmpty() ? path.toString() : super.toString();
    }
  }

  /** A file in the archive. */
  private final class Member extends Entry {
    private final String entry;

    Member(String name, String entry) {
      super(name, "entry " + entry);
      this.entry = entry;
    }

    @Override
    public boolean isFolder() {
      return false;
    }

    @Override
    public List<FileEntry> children(LeftOut leftOut) {
      return List.of();
    }

    @Override
    public Object identity() {
      return this;
    }

    @Override
    public long bytes() {
      return zip.getEntry(entry).getSize();
    }

    @Override
    public byte[] content() throws IOException {
      ZipEntry found = zip.getEntry(entry);
      try (InputStream in = zip.getInputStream(found)) {
        byte[] content = in.readNBytes((int) Math.min(found.getSize(), Integer.MAX_VALUE - 8));
        CRC32 sum = new CRC32();
        sum.update(content);
        if (content.length < found.getSize()
            || in.read() >= 0
            || sum.getValue() != found.getCrc()) {
          throw new ImageException(
              "it is not the %d bytes with checksum %08x that the archive's directory says"
                  .formatted(found.getSize(), found.getCrc()));
        }
        return content;
      } catch (EOFException e) {
        throw new ImageException("the archive is damaged: the entry ends too early", e);
      } catch (ZipException e) {
        throw new ImageException("the archive is damaged: " + e.getMessage(), e);
      }
    }

    @Override
    public String version() {
      ZipEntry found = zip.getEntry(entry);
      return found.getSize() + " " + found.getCrc();
    }

    @Override
    public boolean isReadable() {
      try (InputStream in = zip.getInputStream(zip.getEntry(entry))) {
        return in.read() >= 0;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
