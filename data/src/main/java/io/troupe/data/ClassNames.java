package io.troupe.data;

import io.troupe.config.DatasetSettings.ClassOrder;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The order of classes by their names. */
final class ClassNames {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,100}");

  private ClassNames() {}

  /** Things sorted by their names: as numbers, if all are whole numbers and that is wanted. */
  static <T> List<T> sorted(List<T> things, Function<T, String> name, ClassOrder order) {
    List<T> byText = things.stream().sorted(Comparator.comparing(name)).toList();
    boolean numbers =
        things.stream().allMatch(thing -> NUMBER.matcher(name.apply(thing)).matches());
    return order == ClassOrder.NUMBERS && numbers
        // Equal numbers, as 1 and 01, stay in the order of their texts.
        ? byText.stream()
            .sorted(Comparator.comparing(thing -> new BigInteger(name.apply(thing))))
            .toList()
        : byText;
  }

  /** What may surprise about the order; nothing if numbers are sorted as numbers. */
  static Optional<String> orderNote(List<String> names) {
    List<String> numbers = names.stream().filter(NUMBER.asMatchPredicate()).toList();
    List<String> inOrder = numbers.stream().sorted(Comparator.comparing(BigInteger::new)).toList();
    return numbers.size() < names.size() || inOrder.equals(numbers)
        ? Optional.empty()
        : Optional.of(
            "the classes' names are sorted as texts (%s, ...), as dataset.class-order says; a run that was started so must keep it"
                .formatted(String.join(", ", numbers.subList(0, Math.min(4, numbers.size())))));
  }
}
