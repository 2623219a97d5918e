package io.troupe.actors.sampling;

import io.troupe.config.DatasetSettings;
import io.troupe.data.Datasets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The classes of a generator as people name them.
 *
 * @param count number of classes
 * @param names by label; empty if they are not known
 */
public record ClassNames(int count, List<String> names) {
  /** The classes of a generator that was trained with these settings. */
  public static ClassNames of(DatasetSettings dataset, int count) {
    return of(Datasets.classNames(dataset), count);
  }

  /** The classes of a generator that was trained on classes of these names. */
  public static ClassNames of(List<String> names, int count) {
    // A network may know fewer classes than the dataset has: DCGAN knows none.
    return new ClassNames(count, names.size() == count ? names : List.of());
  }

  /**
   * The label that a person means, if there is such a class.
   *
   * @param text a label, or a name in upper or lower case
   */
  public OptionalInt label(String text) {
    return IntStream.range(0, count)
        .filter(
            label ->
                text.equals(Integer.toString(label))
                    || (!names.isEmpty() && text.equalsIgnoreCase(names.get(label))))
        .findFirst();
  }

  /** What a class is called. */
  public String name(int label) {
    return names.isEmpty() ? "class " + label : names.get(label);
  }

  /** Says that there is no such class, and which there are. */
  public String noClass(String text) {
    return "there is no class %s; %s".formatted(text, description());
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
