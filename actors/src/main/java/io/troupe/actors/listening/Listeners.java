package io.troupe.actors.listening;

import io.troupe.actors.run.Helper;
import io.troupe.config.Parts;
import io.troupe.config.RunSettings;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The listeners on the class path. */
public final class Listeners {
  private Listeners() {}

  /**
   * New ones of all kinds that a run's settings want.
   *
   * @throws IllegalStateException if a name is not in kebab-case, or two have the same
   */
  public static List<RunListener> of(RunSettings settings) {
    Stream<RunListener> all =
        ServiceLoader.load(RunListener.class, RunListener.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get);
    List<RunListener> listeners = Parts.unique(all, RunListener::name);
    for (RunListener listener : listeners) {
      if (Helper.OWN.contains(new Helper(listener.name()))) {
        throw new IllegalStateException(
            "%s is called %s, as a part of the program is; rename it"
                .formatted(listener.getClass().getName(), listener.name()));
      }
    }
    return listeners.stream().filter(listener -> listener.isWanted(settings)).toList();
  }
}
