package io.troupe.actors.soak;

import io.troupe.actors.cli.Main;
import io.troupe.models.memory.FloatVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program, with a thread that keeps an array for each change of settings. */
public final class LeakingDaemon {
  private static final int LENGTH = 4 << 20;
  private static final String FOLDER = "--run-dir=";

  private LeakingDaemon() {}

  /** As the program's. */
  public static void main(String[] arguments) throws Exception {
    Path config =
        List.of(arguments).stream()
            .filter(argument -> argument.startsWith(FOLDER))
            .map(argument -> Path.of(argument.substring(FOLDER.length()), "config.conf"))
            .findFirst()
            .orElseThrow();
    Thread leaking = new Thread(() -> leak(config), "leaking");
    leaking.setDaemon(true);
    leaking.start();
    Main.main(arguments);
  }

  private static void leak(Path config) {
    List<FloatVector> kept = new ArrayList<>();
    String last = "";
    try {
      while (true) {
        String now = Files.exists(config) ? Files.readString(config) : last;
        if (!now.equals(last)) {
          kept.add(FloatVector.zeros(LENGTH));
          kept.get(kept.size() - 1).write().put(0, 1);
          last = now;
        }
        Thread.sleep(20);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
