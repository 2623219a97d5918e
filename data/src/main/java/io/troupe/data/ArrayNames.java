package io.troupe.data;

import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which arrays of an .npz file are meant: those of the names that people give them, or else the
 * only one that can be images and the only other one that can be labels.
 */
record ArrayNames(String images, Optional<String> labels) {
  private static final List<String> IMAGES = List.of("images", "x", "data", "arr_0");
  private static final List<String> LABELS = List.of("labels", "label", "y", "targets", "arr_1");

  /**
   * Chooses.
   *
   * @throws DatasetException if it is not clear which are meant
   */
  static ArrayNames of(Path path, NpzReader npz) throws IOException {
    List<String> names = npz.names();
    if (names.isEmpty()) {
      throw new DatasetException(
          "%s: there are no arrays in it. Save it as numpy.savez(\"FILE.npz\", images=..., labels=...)"
              .formatted(path));
    }
    if (names.contains(IMAGES.get(0))) {
      // What is wrong with it, reading it says.
      return new ArrayNames(IMAGES.get(0), labels(npz, IMAGES.get(0)));
    }
    List<String> found = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (String name : names) {
      NpyHeader header = npz.header(name);
      found.add(
          "%s %s %s"
              .formatted(name, header.type().name().toLowerCase(Locale.ROOT), header.shape()));
      if (ImageArray.isOne(header)) {
        images.add(name);
      }
    }
    Optional<String> chosen =
        named(images, IMAGES)
            .or(() -> images.size() == 1 ? Optional.of(images.get(0)) : Optional.empty());
    if (chosen.isPresent()) {
      Optional<String> labels = labels(npz, chosen.get());
      if (labels.isPresent() || names.size() == 1) {
        return new ArrayNames(chosen.get(), labels);
      }
    }
    throw new DatasetException(
        ("%s: there is no array images, and it is not clear which of these are pictures and labels:"
                + " %s. Save it as numpy.savez(\"FILE.npz\", images=..., labels=...)")
            .formatted(path, String.join(", ", found)));
  }

  private static Optional<String> labels(NpzReader npz, String images) throws IOException {
    List<String> others = npz.names().stream().filter(name -> !name.equals(images)).toList();
    Optional<String> labels = named(others, LABELS);
    if (labels.isEmpty() && others.size() == 1 && !images.equals(IMAGES.get(0))) {
      NpyHeader other = npz.header(others.get(0));
      int count = npz.header(images).shape().get(0);
      return Optional.of(others.get(0))
          .filter(
              name ->
                  ImageLabels.isOnePerImage(other, count)
                      || ImageLabels.isRowPerImage(other, count));
    }
    return labels;
  }

  private static Optional<String> named(List<String> names, List<String> wanted) {
    return wanted.stream()
        .flatMap(name -> names.stream().filter(name::equalsIgnoreCase))
        .findFirst();
  }
}
