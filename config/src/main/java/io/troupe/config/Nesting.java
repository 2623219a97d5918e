package io.troupe.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * How deep values are nested. The HOCON library goes down by recursion: which depth it can bear
 * depends on the thread's stack and on what is compiled, so a fixed one is refused before.
 */
final class Nesting {
  /** Settings are nested five deep at most. */
  private static final int MOST = 100;

  private record Level(ConfigValue value, int depth) {}

  private Nesting() {}

  /** Whether an object, resolved or not, is nested deeper than any settings are. */
  static boolean isTooDeep(ConfigObject root) {
    Deque<Level> open = new ArrayDeque<>(List.of(new Level(root, 0)));
    while (!open.isEmpty()) {
      Level level = open.pop();
      if (level.depth() > MOST) {
        return true;
      }
      for (ConfigValue value : inner(level.value())) {
        open.push(new Level(value, level.depth() + 1));
      }
    }
    return false;
  }

  private static Collection<ConfigValue> inner(ConfigValue value) {
    try {
      return value instanceof ConfigObject object
          ? object.values()
          : value instanceof ConfigList list ? list : List.of();
    } catch (ConfigException.NotResolved e) {
      return List.of(); // Several objects to be merged, whose depth shows when they are.
    }
  }
}
