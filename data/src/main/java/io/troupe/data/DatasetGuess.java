package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.troupe.config.RunSettings.DatasetKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Tells the kind of a dataset from its files, without opening it. */
public final class DatasetGuess {
  /** Where a tar archive has the name of its first entry. */
  private static final int TAR_NAME_BYTES = 100;

  private DatasetGuess() {}

  /** The kind; empty if it is not clear or there is no such file. */
  public static Optional<DatasetKind> of(Path path) {
    try {
      if (Files.isDirectory(path)) {
        return folder(path);
      }
      return Files.isRegularFile(path) ? file(path) : Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      // Opening the dataset will say so.
      return Optional.empty();
    }
  }

  private static Optional<DatasetKind> folder(Path path) throws IOException {
    if (holds(path, "data_batch_1.bin", "cifar-10-batches-bin")) {
      return Optional.of(DatasetKind.CIFAR10);
    }
    if (holds(path, "train.bin", "cifar-100-binary")) {
      return Optional.of(DatasetKind.CIFAR100);
    }
    return holdsPictures(path, true) ? Optional.of(DatasetKind.IMAGE_FOLDER) : Optional.empty();
  }

  private static boolean holds(Path folder, String... anyOf) {
    for (String name : anyOf) {
      if (Files.exists(folder.resolve(name))) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a picture in the folder or, for classes, in a folder in it. */
  private static boolean holdsPictures(Path folder, boolean deeper) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean found =
            Files.isDirectory(entry)
                ? deeper && holdsPictures(entry, false)
                : name.matches(".*\\.(png|jpg|jpeg|jpe|bmp|gif|webp)");
        if (found) {
          return true;
        }
      }
      return false;
    }
  }

  private static Optional<DatasetKind> file(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      String start = new String(in.readNBytes(4), ISO_8859_1);
      if (start.startsWith("PK\003\004")) {
        return Optional.of(DatasetKind.NPZ);
      }
      return start.startsWith("\037\213") ? archive(path) : Optional.empty();
    }
  }

  private static Optional<DatasetKind> archive(Path path) throws IOException {
    try (InputStream raw = Files.newInputStream(path);
        InputStream tar = new GZIPInputStream(raw)) {
      String first = new String(tar.readNBytes(TAR_NAME_BYTES), ISO_8859_1);
      if (first.startsWith("cifar-100-binary")) {
        return Optional.of(DatasetKind.CIFAR100);
      }
      return first.startsWith("cifar-10-batches-bin")
          ? Optional.of(DatasetKind.CIFAR10)
          : Optional.empty();
    }
  }
}
