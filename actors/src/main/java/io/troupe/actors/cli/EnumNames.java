package io.troupe.actors.cli;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's values, each under its name in lower case. */
abstract class EnumNames<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final String what;
  private final List<E> values;

  /**
   * All that can be given.
   *
   * @param what they are, for messages: "filter"
   */
  EnumNames(String what, Collection<E> values) {
    this.what = what;
    this.values = List.copyOf(values);
  }

  /** The name of a value. */
  static String of(Enum<?> value) {
    return value.toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public final E convert(String name) {
    return values.stream()
        .filter(value -> of(value).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "unknown %s \"%s\"; allowed: %s"
                        .formatted(what, name, String.join(", ", this))));
  }

  @Override
  public final Iterator<String> iterator() {
    return values.stream().map(EnumNames::of).iterator();
  }
}
