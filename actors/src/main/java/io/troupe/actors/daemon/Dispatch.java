package io.troupe.actors.daemon;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gives each message of a protocol to the reaction for its kind. There is a reaction for every
 * kind: a protocol that has got a new one cannot be dispatched until that is heard too.
 *
 * @param <T> a sealed interface of records and enums
 */
final class Dispatch<T> {
  private final Map<Class<?>, Consumer<? super T>> reactions;

  private Dispatch(Map<Class<?>, Consumer<? super T>> reactions) {
    this.reactions = reactions;
  }

  /** Begins a dispatch of a protocol. */
  static <T> Builder<T> of(Class<T> protocol) {
    return new Builder<>(protocol);
  }

  /** Has the reaction for its kind hear a message. */
  void hear(T message) {
    reactions.get(message.getClass()).accept(message);
  }

  /** Collects reactions. */
  static final class Builder<T> {
    private final Class<T> protocol;
    private final Map<Class<?>, Consumer<? super T>> reactions = new HashMap<>();

    private Builder(Class<T> protocol) {
      this.protocol = protocol;
    }

    /** What follows from messages of a kind, or of all kinds of a sealed interface in it. */
    <M extends T> Builder<T> on(Class<M> kind, Consumer<? super M> reaction) {
      kinds(kind)
          .forEach(one -> reactions.put(one, message -> reaction.accept(kind.cast(message))));
      return this;
    }

    /**
     * The dispatch.
     *
     * @throws IllegalStateException if nothing follows from some kind of message
     */
    Dispatch<T> complete() {
      List<Class<?>> unheard =
          kinds(protocol).filter(kind -> !reactions.containsKey(kind)).toList();
      if (!unheard.isEmpty()) {
        throw new IllegalStateException("nobody hears " + unheard);
      }
      return new Dispatch<>(reactions);
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
      return type.isSealed()
          ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Builder::kinds)
          : Stream.of(type);
    }
  }
}
