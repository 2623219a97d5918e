package io.troupe.actors.cli;

import io.troupe.actors.history.RunHistory;
import io.troupe.actors.http.Json;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.metrics.plots.CurvePlot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows runs beside each other as a table and as a plot. */
@Command(
    name = "compare",
    description = {
      "Compares runs: steps, speed, the newest and the best of each score, and the settings that"
          + " differ. Losses and scores are drawn over each other into a PNG file.",
    },
    footer = {
      "  troupe compare demo demo-2",
      "  troupe compare seed-1 seed-2 seed-3 --out seeds.png",
      "  troupe compare demo demo-2 --against hours --log",
      "  troupe compare demo demo-2 --json"
    })
final class CompareCommand extends CliCommand {
  @Parameters(
      paramLabel = "RUN",
      arity = "2..*",
      description = "Two runs or more: folders, or names below runs/.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "compare.png",
      description = "The plot; a file that is there is replaced. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("compare.png");

  @Option(
      names = "--against",
      paramLabel = "AXIS",
      defaultValue = "steps",
      description =
          "What the plot's curves are drawn against: one of ${COMPLETION-CANDIDATES}. Hours are"
              + " those in training: pauses do not count. Default: ${DEFAULT-VALUE}.")
  private Comparison.Against against = Comparison.Against.steps;

  @Option(
      names = "--log",
      description =
          "Draws scores of which lower is better on a logarithmic axis, which tells small ones apart, unless one is 0 or less.")
  private boolean log;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws CliException {
    Set<String> distinct = new LinkedHashSet<>(names);
    if (distinct.size() < names.size()) {
      throw wrong("a run is named twice: " + String.join(" ", names));
    }
    RunFinder finder = RunFinder.standard();
    List<RunHistory> runs = new ArrayList<>();
    for (String name : names) {
      runs.add(finder.shown(Optional.of(name)));
    }
    Comparison comparison = new Comparison(runs, names);
    List<CurvePlot.Panel> panels = comparison.panels(against, log);
    if (!panels.isEmpty()) {
      try {
        AtomicFile.write(out, file -> CurvePlot.write(file, panels));
      } catch (IOException e) {
        throw new CliException("cannot write %s: %s".formatted(out, IoReason.of(e)));
      }
    }
    print(comparison, panels.isEmpty() ? Optional.empty() : Optional.of(out));
    return 0;
  }

  private void print(Comparison comparison, Optional<Path> plot) {
    PrintWriter screen = screen();
    if (json.wanted()) {
      Map<String, Object> answer = comparison.json();
      answer.put("plot", plot);
      screen.println(Json.render(answer));
    } else {
      comparison.lines(Screen.columns().orElse(Integer.MAX_VALUE)).forEach(screen::println);
      screen.println(
          plot.map("plot: %s"::formatted)
              .orElse("there is nothing to plot: no run has a step yet"));
    }
    screen.flush();
  }
}
