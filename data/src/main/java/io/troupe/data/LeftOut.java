package io.troupe.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what a folder or archive of images contains and is not read. */
final class LeftOut {
  private static final int MOST_KINDS = 8;
  private static final int MOST_SHOWN = 60;

  private final Map<String, Integer> otherKinds = new TreeMap<>();

  /** How many there are, and the first. */
  private record Few(int count, String first) {}

  private final Map<String, Few> others = new TreeMap<>();
  private int hidden;
  private int emptyFolders;
  private String firstEmpty = "";
  private int tooDeep;
  private String firstDeep = "";

  void hidden() {
    hidden++;
  }

  /** A file whose name does not end as an image's does. */
  void otherKind(String name) {
    int dot = name.lastIndexOf('.');
    otherKinds.merge(
        dot < 0 ? "without an ending" : name.substring(dot).toLowerCase(Locale.ROOT),
        1,
        Integer::sum);
  }

  /** A folder without images. */
  void emptyFolder(String place) {
    firstEmpty = emptyFolders == 0 ? place : firstEmpty;
    emptyFolders++;
  }

  /** Images in a folder that is in a class's folder. */
  void tooDeep(String place, int images) {
    firstDeep = tooDeep == 0 ? place : firstDeep;
    tooDeep += images;
  }

  /** A name that would lead out of the archive or folder. */
  void outside(String place) {
    count("with a name that leads out of it", place);
  }

  /** A file in too many folders for any use. */
  void farDown(int most, String place) {
    count(
        "in more than %d folders in each other".formatted(most),
        place.substring(0, Math.min(MOST_SHOWN, place.length())) + "...");
  }

  /** A second file of the same name. */
  void twice(String place) {
    count("named twice", place);
  }

  /** A folder that is within itself, by a link. */
  void loop(String place) {
    count("within itself by a link", place);
  }

  /** A picture without a label. */
  void unlabelled(String place) {
    count("without a label", place);
  }

  /** A label of a picture that is not there. */
  void missing(String place) {
    count("labelled and not there", place);
  }

  private void count(String what, String place) {
    others.merge(
        what, new Few(1, place), (known, one) -> new Few(known.count() + 1, known.first()));
  }

  /** All of it as a part of a sentence; empty if there is nothing. */
  Optional<String> text() {
    List<String> parts = new ArrayList<>();
    if (!otherKinds.isEmpty()) {
      int files = otherKinds.values().stream().mapToInt(Integer::intValue).sum();
      List<String> kinds =
          otherKinds.entrySet().stream()
              .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
              .limit(MOST_KINDS)
              .map(entry -> entry.getValue() + " " + entry.getKey())
              .toList();
      String more = otherKinds.size() > MOST_KINDS ? ", ..." : "";
      parts.add(
          "%d %s of other kinds (%s%s)"
              .formatted(files, files == 1 ? "file" : "files", String.join(", ", kinds), more));
    }
    if (tooDeep > 0) {
      parts.add(
          "%d %s a folder too deep (the first in %s)"
              .formatted(tooDeep, tooDeep == 1 ? "picture" : "pictures", firstDeep));
    }
    if (emptyFolders > 0) {
      parts.add(
          "%d %s without pictures (the first is %s)"
              .formatted(emptyFolders, emptyFolders == 1 ? "folder" : "folders", firstEmpty));
    }
    others.forEach(
        (what, few) ->
            parts.add("%d %s (the first is %s)".formatted(few.count(), what, few.first())));
    if (hidden > 0) {
      parts.add("%d hidden".formatted(hidden));
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }
}
