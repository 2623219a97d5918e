package io.troupe.actors.fleet;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes the table of a sweep whose runs are over. */
public interface SweepTables {
  /**
   * Makes one.
   *
   * @param table where to write it
   * @param runs those of the sweep; the folders of those that never trained are not there
   */
  void write(Path table, List<RunDirectory> runs) throws IOException;
}
