package io.troupe.actors.cli;

import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.http.Json;
import io.troupe.config.CommandHint;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the runs below a folder, whether they have a daemon or not. */
@Command(
    name = "list",
    description = {
      "Lists the runs below a folder, the newest first: state, step, speed, time left, newest and best"
          + " score, and when each was last heard from."
    },
    footer = {"  troupe list", "  troupe list /data/runs", "  troupe list --json"})
final class ListCommand extends CliCommand {
  @Mixin private RunsFolder folder;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws CliException {
    RunCatalogue catalogue = folder.catalogue();
    try {
      List<RunSummary> runs =
          catalogue.runs().stream().map(RunHistory::summary).sorted(RunTable.NEWEST_FIRST).toList();
      print(catalogue.folder().toAbsolutePath().normalize(), runs);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(catalogue.folder(), IoReason.of(e)));
    }
    return 0;
  }

  private void print(Path of, List<RunSummary> runs) {
    PrintWriter screen = screen();
    if (json.wanted()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("folder", of);
      answer.put("now", Instant.now());
      answer.put("runs", runs);
      screen.println(Json.render(answer));
    } else if (runs.isEmpty()) {
      screen.println(
          "there are no runs below %s; '%s' begins one".formatted(of, CommandHint.of("train")));
    } else {
      RunTable.lines(runs, Screen.columns().orElse(Integer.MAX_VALUE), Instant.now())
          .forEach(screen::println);
    }
    screen.flush();
  }
}
