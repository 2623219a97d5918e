package io.troupe.actors.evaluation;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who keeps the plots of evaluations. */
public interface PlotTarget {
  /** Takes a PNG file's content. */
  void take(byte[] png) throws IOException;

  /** Keeps the newest in a file. */
  static PlotTarget file(Path file) {
    return png -> AtomicFile.write(file, place -> Files.write(place, png));
  }
}
