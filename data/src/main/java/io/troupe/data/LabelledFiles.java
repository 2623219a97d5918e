package io.troupe.data;

import io.troupe.data.ImageListing.ImageClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Image files whose labels stand in another file, by their names relative to a folder. */
final class LabelledFiles {
  private final FileEntry root;
  private final String source;
  private final LeftOut leftOut;

  /** By name, with "/" between folders. */
  private final Map<String, String> labels = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param root what names are relative to
   * @param source where the labels stand, for messages
   * @param leftOut what was left out before
   */
  LabelledFiles(FileEntry root, String source, LeftOut leftOut) {
    this.root = root;
    this.source = source;
    this.leftOut = leftOut;
  }

  /**
   * Adds a label.
   *
   * @param place in the source, for messages
   * @throws DatasetException if the name has another label
   */
  void add(String place, String name, String label) {
    String path = name.replace('\\', '/').replaceFirst("^(\\./)+", "");
    if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      leftOut.outside(name);
      return;
    }
    String known = labels.putIfAbsent(path, label);
    if (known != null && !known.equals(label)) {
      throw new DatasetException(
          "%s, %s: %s has the label %s, and another one, %s, before; leave one of them"
              .formatted(source, place, name, label, known));
    }
  }

  /** The names that have a label. */
  List<String> names() {
    return List.copyOf(labels.keySet());
  }

  /**
   * The files of each class, sorted by name.
   *
   * @param files all image files that there are, by name
   * @return by label
   * @throws DatasetException if no label is of a file that is there
   */
  Map<String, ImageClass> classes(Map<String, FileEntry> files) {
    Map<String, ImageClass> classes = new TreeMap<>();
    new TreeMap<>(labels)
        .forEach(
            (name, label) -> {
              FileEntry file = files.get(name);
              if (file == null) {
                leftOut.missing(name);
              } else {
                classes
                    .computeIfAbsent(label, text -> new ImageClass(text, root, new ArrayList<>()))
                    .files()
                    .add(file);
              }
            });
    if (classes.isEmpty()) {
      throw new DatasetException(
          "%s: none of its %d labels is of a picture that is there%s; names are relative to %s"
              .formatted(
                  source,
                  labels.size(),
                  leftOut.text().map(text -> " (" + text + ")").orElse(""),
                  root));
    }
    files.keySet().stream()
        .filter(name -> !labels.containsKey(name))
        .sorted()
        .forEach(leftOut::unlabelled);
    return classes;
  }
}
