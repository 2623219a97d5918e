package io.troupe.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file or folder on disk; links are followed. It is kept as a path, because a name as a text may
 * not lead back to its file.
 */
record DiskEntry(String name, Path path, boolean isFolder) implements FileEntry {
  /** What is at a path. */
  static DiskEntry of(Path path) {
    return new DiskEntry(FileName.of(path), path, Files.isDirectory(path));
  }

  @Override
  public List<FileEntry> children(LeftOut leftOut) throws IOException {
    List<DiskEntry> children = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path)) {
      for (Path file : found) {
        DiskEntry child = of(file);
        if (child.name().startsWith(".")) {
          leftOut.hidden();
        } else {
          children.add(child);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(Comparator.comparing(DiskEntry::name).thenComparing(DiskEntry::path));
    return List.copyOf(children);
  }

  @Override
  public Object identity() throws IOException {
    return path.toRealPath();
  }

  @Override
  public String place() throws IOException {
    return path.toRealPath().toString();
  }

  @Override
  public long bytes() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new ImageException(
          attributes.isDirectory() ? "a folder, not a picture" : "not a regular file");
    }
    return attributes.size();
  }

  @Override
  public byte[] content() throws IOException {
    return Files.readAllBytes(path);
  }

  @Override
  public String version() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return attributes.size()
        + " "
        + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
        + (Files.isReadable(path) ? "" : " no permission");
  }

  @Override
  public boolean isReadable() {
    if (isFolder) {
      return Files.isReadable(path);
    }
    try (InputStream in = Files.newInputStream(path)) {
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
