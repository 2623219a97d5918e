package io.troupe.actors.journal;

import io.troupe.actors.history.Curves;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.sampling.SeparateFiles;
import io.troupe.config.files.AtomicFile;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.plots.CurvePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Losses and scores by step, as a run's journal has them; of a step that was repeated the last.
 * Steps that a rollback or a resume took back are not among them.
 */
public final class RunCurves {
  /** Points of the plot of losses, more than it has pixels. */
  private static final int POINTS = 2000;

  private static final Set<String> LOSSES = Set.of("discriminator_loss", "generator_loss");

  private final Curves curves;
  private final NavigableMap<Long, Map<String, Double>> scores;
  private final long unreadable;

  private RunCurves(
      Curves curves, NavigableMap<Long, Map<String, Double>> scores, long unreadable) {
    this.curves = curves;
    this.scores = scores;
    this.unreadable = unreadable;
  }

  /** What reads a run's journal; it goes on where it was before. */
  public static RunHistory reader(RunDirectory directory) throws IOException {
    return RunCatalogue.of(directory).runs().get(0);
  }

  /** Reads what is new in a journal. Lines that cannot be read are left out, and counted. */
  public static RunCurves read(RunHistory run) throws IOException {
    Path events = run.directory().events();
    if (!Files.exists(events)) {
      throw new NoSuchFileException(events.toString());
    }
    return new RunCurves(run.curves(POINTS, 0, Long.MAX_VALUE), run.scores(), run.unreadable());
  }

  /** How many lines, but for the last one, could not be read. */
  public long unreadable() {
    return unreadable;
  }

  /** The step that the run was at by the journal's last event. */
  public long lastStep() {
    return curves.lastStep();
  }

  /** The scores of a step and of earlier ones, by their steps. */
  public NavigableMap<Long, Map<String, Double>> scoresUpTo(long step) {
    return scores.headMap(step, true);
  }

  /**
   * Writes metrics.csv, a row for each evaluated step, and a plot of the losses and each score.
   *
   * @throws IOException if some cannot be written; the others are
   */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Set<String> names = new TreeSet<>();
    scores.values().forEach(row -> names.addAll(row.keySet()));
    SeparateFiles files = new SeparateFiles();
    if (!scores.isEmpty()) {
      files.write(() -> AtomicFile.replace(folder.resolve("metrics.csv"), table(names)));
    }
    List<CurvePlot.Curve> losses = losses();
    if (!losses.isEmpty()) {
      files.write(() -> plot(folder, "loss", losses));
    }
    for (String name : names) {
      if (ScoreName.of(name).kind() != ScoreName.Kind.DEVIATION) {
        files.write(() -> plot(folder, name, List.of(curve(name))));
      }
    }
    files.requireAll(folder);
  }

  private String table(Set<String> names) {
    StringBuilder table = new StringBuilder("step," + String.join(",", names) + "\n");
    scores.forEach(
        (step, row) ->
            table.append(
                names.stream()
                    .map(name -> row.containsKey(name) ? row.get(name).toString() : "")
                    .collect(Collectors.joining(",", step + ",", "\n"))));
    return table.toString();
  }

  private List<CurvePlot.Curve> losses() {
    List<CurvePlot.Curve> losses = new ArrayList<>();
    for (Curves.Series series : curves.series()) {
      if (LOSSES.contains(series.name())) {
        List<Double> values = series.mean().stream().map(Float::doubleValue).toList();
        losses.add(new CurvePlot.Curve(series.name(), curves.step(), values));
      }
    }
    return losses;
  }

  private CurvePlot.Curve curve(String name) {
    List<Double> values =
        scores.values().stream().map(row -> row.getOrDefault(name, Double.NaN)).toList();
    return new CurvePlot.Curve(name, List.copyOf(scores.keySet()), values);
  }

  private static void plot(Path folder, String title, List<CurvePlot.Curve> curves)
      throws IOException {
    AtomicFile.write(folder.resolve(title + ".png"), file -> CurvePlot.write(file, title, curves));
  }
}
