package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.actors.history.ScoreSpan;
import io.troupe.actors.run.RunException;
import io.troupe.config.Assignment;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsChanges;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.data.Datasets;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries the settings that are cheap to try on this machine. */
@Command(
    name = "tune",
    description = {
      "Tries workers, precision, batch, width and augmentation of a preset on this machine and"
          + " dataset, each in a short run of its own, and writes the settings that were best, with"
          + " what was measured, as a file for --config.",
      "What changes results is kept only by its score after equal time, for which a trial needs 10"
          + " minutes: about an hour in all. In less time such settings are timed only."
    },
    footer = {
      "  troupe tune demo --hours 0.2",
      "  troupe tune biggan-cifar100-small --hours 2 --out tuned.conf"
    })
final class TuneCommand extends CliCommand {
  private static final double SECONDS_PER_HOUR = 3600;

  /** Reasons are not cut: why a trial failed may be long. */
  private static final int WIDTH = 10_000;

  /** What a trial does without. */
  private static final Map<String, String> OF_TRIALS =
      Map.of(
          // Time ends it, however few steps the preset has.
          "training.steps", "1000000000",
          "evaluation.every", "0",
          "sampling.every", "0",
          "checkpoints.every", "0",
          "tensorboard.enabled", "false",
          "supervision.failed-minutes", "0",
          "control.port", "0");

  @Parameters(paramLabel = "PRESET", description = "What is tuned; 'troupe presets' lists them.")
  private String preset = "";

  @Option(
      names = "--hours",
      required = true,
      paramLabel = "H",
      description =
          "Time for all trials, in hours; how each is prepared, and how images are scored, comes on"
              + " top. What was found is in the file after each trial.")
  private double hours;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "The dataset's folder, archive or file. Default: none, as for procedural data, or what"
              + " 'troupe fetch' downloaded.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting that all trials have; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the trials' runs lie; another number is added if it is there. Default:"
              + " runs/tune-PRESET.")
  private Optional<Path> dir = Optional.empty();

  @Mixin private OutputOptions output;
  @Mixin private QuietOption quiet;

  @Override
  public Integer call() throws CliException, RunException, IOException, InterruptedException {
    if (!(hours > 0 && hours <= 1000)) {
      throw wrong("--hours is %s; allowed: above 0, and at most 1000".formatted(hours));
    }
    settings(Map.of());
    Path file = output.free(Path.of("tuned-" + preset + ".conf"));
    Path folder = TrainOptions.make(dir.orElse(Path.of("runs", "tune-" + preset)));
    // ND4J prints a line for each differentiated operation, past the logging.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    LogFile.use(folder.resolve("tune.log"));
    Tuning tuning =
        new Tuning(
            new Runs(folder, file),
            Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(Math.round(hours * SECONDS_PER_HOUR * 1000)));
    tell(tuning.plan());
    Tuning.Result result = tuning.run();
    PrintWriter screen = screen();
    report(result).forEach(screen::println);
    screen.println();
    screen.println("file   " + file);
    screen.println("next   " + CommandHint.of("train", "--preset", preset, "--config", file));
    screen.flush();
    return 0;
  }

  /** The table as comments, and below it the settings of the trials with what is kept. */
  private void write(Path file, Tuning.Result result) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        result.isComplete()
            ? "# %s, tuned in %s hours.".formatted(preset, hours)
            : "# %s, not tuned to the end: %d of %d trials."
                .formatted(preset, result.rows().size(), result.trials()));
    report(result).forEach(line -> lines.add(line.isEmpty() ? "#" : "# " + line));
    SettingsLoader.values(settings(result.changes()))
        .forEach(
            (key, value) -> {
              if (result.changes().containsKey(key) || isGiven(key)) {
                lines.add(key + " = " + value);
              }
            });
    AtomicFile.replace(file, String.join("\n", lines) + "\n");
  }

  /** Whether all trials have a setting's value because this command was told so. */
  private boolean isGiven(String key) {
    boolean ofData = key.equals("dataset.path") || key.equals("dataset.kind");
    return (data.isPresent() && ofData)
        || overrides.stream()
            .map(text -> text.split("[=:+{]", 2)[0].strip())
            .anyMatch(given -> key.equals(given) || key.startsWith(given + "."));
  }

  private void tell(String line) {
    if (!quiet.wanted()) {
      errors().println(line);
      errors().flush();
    }
  }

  private RunSettings settings(Map<String, String> changes) {
    List<Assignment> all = new ArrayList<>();
    data.ifPresent(path -> all.add(Assignment.option("--data", "dataset.path", path)));
    overrides.forEach(text -> all.add(Assignment.set(text)));
    changes.forEach((key, value) -> all.add(Assignment.set(key + "=" + value)));
    return SettingsLoader.load(preset, new SettingsChanges(List.of(), all, Datasets::kindAt));
  }

  /** Trials as runs below a folder. */
  private final class Runs implements Tuning.Bench {
    private final Path folder;
    private final Path file;

    Runs(Path folder, Path file) {
      this.folder = folder;
      this.file = file;
    }

    @Override
    public void keep(Tuning.Result found) throws IOException {
      write(file, found);
    }

    @Override
    public RunSettings settings(Map<String, String> changes) {
      return TuneCommand.this.settings(changes);
    }

    @Override
    public TuningTrial.Measured measure(
        String name, RunSettings settings, Duration time, boolean scored)
        throws RunException, IOException, InterruptedException {
      tell("%s: %d s".formatted(name, time.toSeconds()));
      return TuningTrial.run(
          SettingsLoader.with(settings, OF_TRIALS), folder.resolve(name), time, scored);
    }
  }

  /** The table, what was measured, and what is kept. */
  private List<String> report(Tuning.Result result) {
    List<String> lines = new ArrayList<>(table(result));
    lines.add("");
    lines.add(
        "images/s: real images in training, in the last four fifths of %d s%s, on %d processors"
            .formatted(
                result.speedTrial().toSeconds(),
                result
                    .anyScore()
                    .flatMap(score -> result.scoreTrial())
                    .map(time -> ", with a score of %d s".formatted(time.toSeconds()))
                    .orElse(""),
                Runtime.getRuntime().availableProcessors()));
    result
        .anyScore()
        .ifPresent(
            score ->
                lines.add(
                    "%s: of %d generated images after %d s of training each%s"
                        .formatted(
                            score.label(),
                            settings(Map.of()).evaluation().images(),
                            result.scoreTrial().orElseThrow().toSeconds(),
                            score
                                .direction()
                                .map(which -> "; %s is better".formatted(which))
                                .orElse(""))));
    lines.add(
        result.changes().isEmpty()
            ? "kept: the preset as it is"
            : "kept: "
                + result.changes().entrySet().stream()
                    .map(change -> change.getKey() + " = " + change.getValue())
                    .collect(Collectors.joining(", ")));
    return lines;
  }

  private static List<String> table(Tuning.Result result) {
    String score = result.anyScore().map(ScoreSpan::label).orElse("score");
    TextColumns columns =
        new TextColumns(Set.of(2, 3), List.of("tried", "value", "images/s", score, "why"));
    List<Tuning.Row> rows = result.rows();
    for (Tuning.Row row : rows) {
      columns.add(
          List.of(
              row.what(),
              row.value(),
              number("%.1f", row.imagesPerSecond()),
              number(
                  "%.4f",
                  row.score()
                      .map(span -> OptionalDouble.of(span.newest().value()))
                      .orElse(OptionalDouble.empty())),
              row.reason()));
    }
    return columns.lines(WIDTH);
  }

  private static String number(String format, OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "";
  }
}
