package io.troupe.models.weights;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;

/**
 * An object that a pickle would have made by calling something: only what it would have been called
 * with.
 */
final class Inert {
  private final String called;
  private final List<Object> arguments;
  private final Map<Object, Object> items = new HashMap<>();
  private Object state;

  private Inert(String called, Object... arguments) {
    this.called = called;
    this.arguments = Arrays.asList(arguments);
  }

  /** A class or a function that is named, and never called. */
  static IObjectConstructor named(String name, Consumer calls) {
    return arguments -> {
      calls.hear(name);
      return new Inert(name, arguments);
    };
  }

  /** Hears what a pickle would call. */
  @FunctionalInterface
  interface Consumer {
    void hear(String name);
  }

  /** Module and name of what would have been called. */
  String called() {
    return called;
  }

  List<Object> arguments() {
    return arguments;
  }

  /** Entries that it would have been given, as a map is. */
  Map<Object, Object> items() {
    return items;
  }

  /** What it would have been given as its state. */
  Object state() {
    return state;
  }

  void setState(Object given) {
    state = given;
  }
}
