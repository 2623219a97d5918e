package io.troupe.actors.history;

import io.troupe.actors.run.RunDirectory;
import io.troupe.metrics.ScoreName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The checkpoints that a run has, by the names and sizes of files; none is read.
 *
 * @param checkpoints by rising steps
 * @param best the one that is kept because of its score
 * @param labels what the scores are called, by their names
 */
public record StoredCheckpoints(
    List<Row> checkpoints, Optional<Best> best, Map<String, String> labels) {
  private static final String ENDING = ".ckpt";
  private static final int MOST_BYTES = 200;

  /**
   * A checkpoint.
   *
   * @param file its name in checkpoints/, with the folder best/ if it is there only
   * @param best whether it is of the step of the best one
   * @param scores of its step, if that was evaluated
   * @param sha256 of its state, as the journal says
   */
  public record Row(
      long step,
      String file,
      long bytes,
      Instant at,
      boolean best,
      Optional<Map<String, Double>> scores,
      Optional<String> sha256) {}

  /**
   * The best checkpoint.
   *
   * @param value its score, as best/score.txt says
   */
  public record Best(long step, String file, long bytes, Instant at, OptionalDouble value) {}

  static StoredCheckpoints list(
      RunDirectory directory, Map<Long, Map<String, Double>> scores, Map<Long, String> checksums)
      throws IOException {
    Path folder = directory.checkpoints();
    Path bestFolder = folder.resolve("best");
    List<RunFiles.Listed> kept = files(bestFolder);
    Optional<RunFiles.Listed> best = kept.stream().reduce((first, last) -> last);
    long bestStep = best.map(RunFiles.Listed::step).orElse(-1L);
    List<RunFiles.Listed> plain = files(folder);
    List<Row> rows = new ArrayList<>();
    for (RunFiles.Listed file : plain) {
      rows.add(row(file, file.name(), bestStep, scores, checksums));
    }
    for (RunFiles.Listed file : kept) {
      if (plain.stream().noneMatch(other -> other.step() == file.step())) {
        rows.add(row(file, "best/" + file.name(), bestStep, scores, checksums));
      }
    }
    rows.sort(Comparator.comparingLong(Row::step));
    OptionalDouble value =
        RunFiles.text(bestFolder.resolve("score.txt"), MOST_BYTES)
            .map(StoredCheckpoints::first)
            .orElse(OptionalDouble.empty());
    return new StoredCheckpoints(
        rows,
        best.map(
            file -> new Best(file.step(), "best/" + file.name(), file.bytes(), file.at(), value)),
        labels(rows));
  }

  private static Map<String, String> labels(List<Row> rows) {
    Map<String, String> labels = new TreeMap<>();
    for (Row row : rows) {
      row.scores()
          .ifPresent(
              scores ->
                  scores.keySet().forEach(name -> labels.put(name, ScoreName.of(name).label())));
    }
    return labels;
  }

  private static List<RunFiles.Listed> files(Path folder) throws IOException {
    return RunFiles.list(folder, ENDING).stream().filter(file -> file.step() >= 0).toList();
  }

  private static Row row(
      RunFiles.Listed file,
      String name,
      long best,
      Map<Long, Map<String, Double>> scores,
      Map<Long, String> checksums) {
    return new Row(
        file.step(),
        name,
        file.bytes(),
        file.at(),
        file.step() == best,
        Optional.ofNullable(scores.get(file.step())),
        Optional.ofNullable(checksums.get(file.step())));
  }

  private static OptionalDouble first(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text.strip().split("\\s+", 2)[0]));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
