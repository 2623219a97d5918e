package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.RunSummary.State;
import io.troupe.actors.http.Json;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how a run is, whether it has a daemon or not. */
@Command(
    name = "status",
    description = {
      "Shows the state of a run: from its daemon or, if none is running, from its files.",
      "Without RUN: the only run with a daemon or, if there is none, the newest run."
    },
    exitCodeList = {
      "0:it worked",
      "1:it failed",
      "2:its arguments are wrong",
      "3:the run has failed, or its daemon is gone without having said why"
    },
    footer = {"  troupe status", "  troupe status demo-2 --json", "  troupe status --all"})
final class StatusCommand extends CliCommand {
  private static final int NOT_WELL = 3;

  @Mixin private NamedRun run;

  @Option(
      names = "--all",
      description = "All runs below runs/, the newest first; the exit code is 0 then.")
  private boolean all;

  private record Seen(RunHistory run, RunSummary summary, Optional<JsonNode> status) {}

  @Override
  public Integer call() throws CliException, InterruptedException {
    RunFinder finder = RunFinder.standard();
    if (!all) {
      Seen seen = see(finder.shown(run.named()));
      print(run.json().wanted() ? Json.render(json(seen)) : text(seen));
      State state = seen.summary().state();
      return state == State.FAILED || state == State.GONE ? NOT_WELL : 0;
    }
    if (run.named().isPresent()) {
      throw wrong("--all is about all runs; leave it or %s out".formatted(run.named().get()));
    }
    List<Seen> seen = new ArrayList<>();
    try {
      for (RunHistory each : finder.catalogue().runs()) {
        seen.add(see(each));
      }
    } catch (IOException e) {
      throw new CliException("cannot read the runs: " + IoReason.of(e));
    }
    seen.sort((a, b) -> RunTable.NEWEST_FIRST.compare(a.summary(), b.summary()));
    if (run.json().wanted()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("now", Instant.now());
      answer.put("runs", seen.stream().map(StatusCommand::json).toList());
      print(Json.render(answer));
    } else {
      List<String> texts = new ArrayList<>();
      for (Seen each : seen) {
        texts.add(text(each));
      }
      print(texts.isEmpty() ? "there are no runs" : String.join("\n\n", texts));
    }
    return 0;
  }

  private Seen see(RunHistory history) throws InterruptedException {
    Optional<JsonNode> status = Optional.empty();
    if (history.summary().alive()) {
      try {
        ControlClient client = RunChoice.client(history.directory());
        Optional<String> starting = client.starting();
        if (starting.isPresent()) {
          tell(starting.get());
        } else {
          status = Optional.of(client.status());
        }
      } catch (ControlException e) {
        // It is starting or ending, or it hangs: the files tell what there is to tell.
        tell("the daemon does not say how it is: " + e.getMessage());
      }
    }
    return new Seen(history, history.summary(status), status);
  }

  private void tell(String text) {
    PrintWriter errors = errors();
    errors.println("troupe: " + text);
    errors.flush();
  }

  private static Map<String, Object> json(Seen seen) {
    Map<String, Object> json = Json.members(seen.summary());
    json.put("status", seen.status());
    return json;
  }

  private static String text(Seen seen) throws CliException {
    try {
      return new StatusTable(ZoneId.systemDefault(), Instant.now())
          .render(seen.run(), seen.summary(), seen.status());
    } catch (IOException e) {
      throw new CliException(
          "cannot read %s: %s".formatted(seen.run().directory().root(), IoReason.of(e)));
    }
  }

  private void print(String text) {
    PrintWriter screen = screen();
    screen.println(text);
    screen.flush();
  }
}
