package io.troupe.actors.fuzz;

import io.javalin.http.HttpResponseException;
import io.troupe.actors.backup.BackupException;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.config.SettingsException;
import io.troupe.data.DatasetException;
import io.troupe.metrics.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The readers of bytes from outside. Of any bytes each makes what they hold, or refuses them by an
 * exception of its own that says why; whatever else happens is a defect.
 */
@SuppressWarnings("ImmutableEnumChecker") // Readers keep nothing.
enum FuzzTarget {
  WEIGHTS(WeightReaders::weights, 400, List.of(IOException.class)),
  INCEPTION(WeightReaders::inception, 200, List.of(WeightsException.class)),
  NETWORK(WeightReaders::network, 40, List.of(WeightsException.class)),
  STATISTICS(WeightReaders::statistics, 300, List.of(IOException.class)),
  ARRAYS(DatasetReaders::arrays, 300, List.of(DatasetException.class)),
  IDX_IMAGES(DatasetReaders::idxImages, 200, List.of(DatasetException.class)),
  IDX_LABELS(DatasetReaders::idxLabels, 200, List.of(DatasetException.class)),
  CIFAR(DatasetReaders::cifar, 200, List.of(DatasetException.class)),
  PICTURE(DatasetReaders::picture, 300, List.of(DatasetException.class)),
  PICTURE_ARCHIVE(DatasetReaders::archive, 200, List.of(DatasetException.class)),
  LABELS_JSON(DatasetReaders::labelsJson, 200, List.of(DatasetException.class)),
  LABELS_CSV(DatasetReaders::labelsCsv, 200, List.of(DatasetException.class)),
  SETTINGS(RunReaders::settings, 60, List.of(SettingsException.class)),
  CHECKPOINT(RunReaders::checkpoint, 300, List.of(IOException.class, CheckpointException.class)),
  JOURNAL(RunReaders::journal, 100, List.of()),
  NOTES(RunReaders::notes, 100, List.of()),
  BACKUP(RunReaders::backup, 100, List.of(IOException.class, BackupException.class)),
  BODY(HttpReaders::body, 500, List.of(HttpResponseException.class)),
  REQUEST(HttpReaders::request, 40, List.of());

  private final FuzzReader reader;
  private final int mutations;
  private final List<Class<? extends Exception>> refusals;

  FuzzTarget(FuzzReader reader, int mutations, List<Class<? extends Exception>> refusals) {
    this.reader = reader;
    this.mutations = mutations;
    this.refusals = refusals;
  }

  /** How many changed seeds take about a second. */
  int mutations() {
    return mutations;
  }

  /** Where its seeds are, below the resources of the tests. */
  String seeds() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A new folder for {@link #read}. */
  static Path folder() throws IOException {
    return Files.createTempDirectory("troupe-fuzz");
  }

  /**
   * Reads an input.
   *
   * @throws AssertionError if it is neither read nor refused as it should be
   */
  void read(Path folder, byte[] bytes) {
    require(reader, refusals, folder, bytes);
  }

  /** As {@link #read}, of any reader. */
  static void require(
      FuzzReader reader, List<Class<? extends Exception>> refusals, Path folder, byte[] bytes) {
    try {
      reader.read(folder, bytes);
    } catch (Exception e) {
      if (refusals.stream().noneMatch(kind -> kind.isInstance(e))) {
        throw new AssertionError("not refused, but failed: " + e, e);
      }
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("refused without a reason: " + e, e);
      }
    }
  }
}
