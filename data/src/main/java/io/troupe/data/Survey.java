package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a dataset holds, read as training reads it.
 *
 * @param kind of the dataset
 * @param images how many, those that cannot be used among them
 * @param classes images by class name, in the order of labels
 * @param sizes images by width x height as they are in their files, the most frequent first
 * @param shorterSides least, median and largest shorter side in pixels, of files; empty of others
 * @param modes images by what a pixel has: grey, palette, rgb, ...; the most frequent first
 * @param unusable files that cannot be decoded, and why
 * @param duplicates files with the same content, each group's in order
 * @param notes what else is there and not read, and what may surprise
 */
public record Survey(
    String kind,
    int images,
    Map<String, Integer> classes,
    Map<String, Integer> sizes,
    List<Integer> shorterSides,
    Map<String, Integer> modes,
    Map<String, String> unusable,
    List<List<String>> duplicates,
    List<String> notes) {

  /** Hears how far reading is. */
  public interface Progress {
    /** So many images were read, of so many. */
    void read(int count, int images);
  }

  /**
   * Reads a dataset.
   *
   * @param progress hears after each image
   * @throws DatasetException if it cannot be opened
   */
  public static Survey of(DatasetSettings settings, Progress progress) {
    DatasetFormat format = Datasets.format(settings);
    Optional<ImageListing> listing = format.listing(settings);
    if (listing.isPresent()) {
      Survey found = ofFiles(settings.kind(), listing.get(), settings.upright(), progress);
      return settings.labels() == DatasetSettings.Labels.NONE ? found.withoutClasses() : found;
    }
    List<String> notes = new ArrayList<>();
    Dataset dataset = Datasets.open(settings, 0, notes::add);
    Map<String, Integer> classes = noImages(dataset.classNames());
    for (int i = 0; i < dataset.size(); i++) {
      classes.merge(dataset.classNames().get(dataset.label(i)), 1, Integer::sum);
    }
    return new Survey(
        settings.kind(),
        dataset.size(),
        classes,
        Map.of("%dx%d".formatted(dataset.width(), dataset.height()), dataset.size()),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        notes);
  }

  private Survey withoutClasses() {
    return new Survey(
        kind,
        images,
        Map.of(OneClass.NAMES.get(0), images),
        sizes,
        shorterSides,
        modes,
        unusable,
        duplicates,
        notes);
  }

  private static Map<String, Integer> noImages(List<String> classNames) {
    Map<String, Integer> classes = new LinkedHashMap<>();
    classNames.forEach(name -> classes.put(name, 0));
    return classes;
  }

  private static Survey ofFiles(
      String kind, ImageListing listing, boolean upright, Progress progress) {
    Map<String, Integer> classes = noImages(listing.classNames());
    Map<String, Integer> sizes = new TreeMap<>();
    Map<String, Integer> modes = new TreeMap<>();
    Map<String, String> unusable = new LinkedHashMap<>();
    Map<String, List<String>> contents = new LinkedHashMap<>();
    int[] sides = new int[listing.size()];
    int[] usable = new int[listing.classNames().size()];
    int decoded = 0;
    for (int i = 0; i < listing.size(); i++) {
      FileEntry file = listing.file(i);
      classes.merge(listing.classNames().get(listing.label(i)), 1, Integer::sum);
      try {
        RgbImage image = ImageFile.read(file, upright);
        sizes.merge("%dx%d".formatted(image.width(), image.height()), 1, Integer::sum);
        modes.merge(image.mode(), 1, Integer::sum);
        sides[decoded++] = Math.min(image.width(), image.height());
        contents
            .computeIfAbsent(digest(file.content()), key -> new ArrayList<>(1))
            .add(file.toString());
        usable[listing.label(i)]++;
      } catch (ImageException e) {
        unusable.put(file.toString(), e.getMessage());
      } catch (IOException e) {
        unusable.put(file.toString(), "cannot be read: " + IoReason.of(e));
      }
      progress.read(i + 1, listing.size());
    }
    int[] sorted = Arrays.copyOf(sides, decoded);
    Arrays.sort(sorted);
    List<String> notes = new ArrayList<>(listing.notes());
    for (int label = 0; label < usable.length; label++) {
      if (usable[label] == 0 && listing.count(label) > 0) {
        notes.add(
            "%s: none of the %d pictures of this class can be used, so no run can begin with it; replace or remove them"
                .formatted(listing.classNames().get(label), listing.count(label)));
      }
    }
    return new Survey(
        kind,
        listing.size(),
        classes,
        byCount(sizes),
        decoded == 0 ? List.of() : List.of(sorted[0], sorted[decoded / 2], sorted[decoded - 1]),
        byCount(modes),
        unusable,
        contents.values().stream().filter(same -> same.size() > 1).toList(),
        notes);
  }

  private static Map<String, Integer> byCount(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
