package io.troupe.actors.fuzz;

import java.io.IOException;
import java.nio.file.Path;

/** What Jazzer calls: {@code scripts/fuzz} names one of {@link FuzzTarget}. */
public final class Fuzz {
  private static FuzzTarget target;
  private static Path folder;

  private Fuzz() {}

  /** Chooses the target. */
  public static void fuzzerInitialize(String... arguments) throws IOException {
    target = FuzzTarget.valueOf(arguments[0]);
    folder = FuzzTarget.folder();
  }

  /** Reads an input; whatever is thrown is a finding. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    target.read(folder, bytes);
  }
}
