package io.troupe.actors.cli;

import io.troupe.config.RunSettings;
import io.troupe.data.Datasets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The classes of a generator as people name them.
 *
 * @param count number of classes
 * @param names by label; empty if they are not known
 */
record ClassNames(int count, List<String> names) {
  /** The classes of a generator that was trained with these settings. */
  static ClassNames of(RunSettings.Dataset dataset, int count) {
    List<String> names = Datasets.classNames(dataset);
    // A network may know fewer classes than the dataset has: DCGAN knows none.
    return new ClassNames(count, names.size() == count ? names : List.of());
  }

  /**
   * The label that a person means.
   *
   * @param text a label, or a name in upper or lower case
   * @throws CliException if there is no such class
   */
  int label(String text) throws CliException {
    for (int label = 0; label < count; label++) {
      if (text.equals(Integer.toString(label))
          || (!names.isEmpty() && text.equalsIgnoreCase(names.get(label)))) {
        return label;
      }
    }
    throw new CliException("there is no class %s; %s".formatted(text, description()));
  }

  private String description() {
    if (count == 1) {
      return "this generator knows no classes, only 0";
    }
    if (names.isEmpty()) {
      return "the classes are 0 to %d; their names are not in the checkpoint".formatted(count - 1);
    }
    return IntStream.range(0, count)
        .mapToObj(label -> "%d %s".formatted(label, names.get(label)))
        .collect(Collectors.joining(", ", "the classes are ", ""));
  }
}
