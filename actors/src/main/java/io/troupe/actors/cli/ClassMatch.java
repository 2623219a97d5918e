package io.troupe.actors.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which classes of two sides are compared: those of one name where one side has all names of the
 * other, otherwise those of one position.
 *
 * @param names of the classes, by common label
 * @param real the common label of each label of the real pictures
 * @param fake the same of the generated ones
 * @param byName whether names agree
 */
record ClassMatch(List<String> names, List<Integer> real, List<Integer> fake, boolean byName) {
  /** Matches the classes of two sides, each by label. */
  static ClassMatch of(List<String> real, List<String> fake) {
    List<String> names = fake.size() > real.size() ? fake : real;
    boolean byName =
        new HashSet<>(names).containsAll(real) && new HashSet<>(names).containsAll(fake);
    return new ClassMatch(names, labels(real, names, byName), labels(fake, names, byName), byName);
  }

  private static List<Integer> labels(List<String> from, List<String> to, boolean byName) {
    return IntStream.range(0, from.size())
        .mapToObj(label -> byName ? to.indexOf(from.get(label)) : label)
        .toList();
  }

  /** Number of common labels. */
  int classes() {
    return names.size();
  }

  /**
   * What to tell a person: nothing where names agree.
   *
   * @param realNames names of the real classes, by label
   * @param fakeNames the same of the generated ones
   */
  Optional<String> note(List<String> realNames, List<String> fakeNames) {
    if (byName) {
      return Optional.empty();
    }
    return Optional.of(
        IntStream.range(0, classes())
            .mapToObj(label -> "%s = %s".formatted(name(realNames, label), name(fakeNames, label)))
            .collect(
                Collectors.joining(
                    ", ",
                    "warning: the classes have other names on either side, so they are matched by"
                        + " their order (real = generated): ",
                    "")));
  }

  private static String name(List<String> names, int label) {
    return label < names.size() ? names.get(label) : "none";
  }
}
