package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.fleet.FleetClient;
import io.troupe.actors.http.AccessToken;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.studio.Studio;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Orders to a fleet; any of its nodes takes them. */
@Command(
    name = "fleet",
    description =
        "Trains many runs on the nodes of a fleet: a queue, sweeps over settings, moves between"
            + " nodes.",
    synopsisSubcommandLabel = "ORDER",
    footer = {
      "  troupe fleet submit demo --name first",
      "  troupe fleet submit demo --name rates --sweep seed=1,2,3",
      "  troupe fleet list",
      "  troupe fleet table rates"
    })
final class FleetCommand extends CliCommand {
  private static final String USUAL = "http://127.0.0.1:" + Studio.USUAL_PORT;

  /** Which node to ask. */
  static final class Node {
    @Option(
        names = "--node",
        paramLabel = "URL",
        description =
            "The page of a node of the fleet. Default: that of the environment variable"
                + " TROUPE_FLEET, or "
                + USUAL
                + ".")
    private Optional<URI> url = Optional.empty();

    FleetClient client() throws CliException {
      try {
        return new FleetClient(
            url.orElse(URI.create(System.getenv().getOrDefault("TROUPE_FLEET", USUAL))),
            AccessToken.ofEnvironment(System.getenv()));
      } catch (ServerStartException e) {
        throw new CliException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() {
    throw wrong("an order is missing: submit, list, stop, resume, logs, move, priority or table");
  }

  @Command(
      description = {
        "Queues a run, or with --sweep a run for each combination of values.",
        "",
        "With --halving-from, runs of a sweep whose score is not among the best at that step, and at"
            + " its multiples by --halving-factor, are ended early.",
        ""
      },
      footer = {
        "  troupe fleet submit demo --name first --set training.steps=5000",
        "  troupe fleet submit demo --name rates --sweep training.batch=32,64 --sweep seed=1,2",
        "  troupe fleet submit demo --name long --sweep seed=1,2,3,4 --halving-from 1000"
      })
  int submit(
      @Mixin Node node,
      @Mixin JsonOption json,
      @Parameters(paramLabel = "PRESET", description = "What the runs' settings start from.")
          String preset,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "The run's folder below runs/, and what the names of a sweep's runs begin with."
                      + " Default: the preset's.")
          Optional<String> name,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description = "Setting to change; may be given several times.")
          List<String> settings,
      @Option(
              names = "--sweep",
              paramLabel = "KEY=VALUE,...",
              description = "Setting with the values to try; may be given several times.")
          List<String> sweep,
      @Option(
              names = "--priority",
              paramLabel = "N",
              defaultValue = "0",
              description = "Higher ones leave the queue first. Default: ${DEFAULT-VALUE}.")
          int priority,
      @Option(
              names = "--halving-from",
              paramLabel = "STEP",
              description = "End runs early: the first step at which they are compared.")
          Optional<Long> halvingFrom,
      @Option(
              names = "--halving-factor",
              paramLabel = "N",
              defaultValue = "2",
              description = "One of so many goes on. Default: ${DEFAULT-VALUE}.")
          int halvingFactor,
      @Option(
              names = "--halving-by",
              paramLabel = "SCORE",
              defaultValue = "fd_cifar",
              description = "The score that is compared. Default: ${DEFAULT-VALUE}.")
          String halvingBy)
      throws CliException, ControlException, InterruptedException {
    Map<String, Object> submission = new LinkedHashMap<>();
    submission.put("name", name.orElse(preset));
    submission.put("preset", preset);
    submission.put("settings", settings == null ? List.of() : settings);
    submission.put("sweep", swept(sweep == null ? List.of() : sweep));
    submission.put("priority", priority);
    if (halvingFrom.isPresent()) {
      submission.put(
          "halving",
          Map.of("first", halvingFrom.get(), "factor", halvingFactor, "score", halvingBy));
    }
    return print(json, node.client().submit(submission));
  }

  private Map<String, List<String>> swept(List<String> texts) {
    Map<String, List<String>> swept = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1 || equals == text.length() - 1) {
        throw wrong("--sweep %s is not KEY=VALUE,VALUE,...".formatted(text));
      }
      List<String> values = List.of(text.substring(equals + 1).split(","));
      if (swept.put(text.substring(0, equals), values) != null) {
        throw wrong("--sweep %s: the setting is swept over twice".formatted(text));
      }
    }
    return swept;
  }

  @Command(
      description = "Lists nodes, runs and sweeps.",
      footer = {"  troupe fleet list", "  troupe fleet list --json"})
  int list(@Mixin Node node, @Mixin JsonOption json)
      throws CliException, ControlException, InterruptedException {
    JsonNode fleet = node.client().fleet();
    json.print(
        screen(),
        fleet,
        String.join("\n", FleetTable.lines(fleet, Screen.columns().orElse(Integer.MAX_VALUE))));
    return 0;
  }

  @Command(
      description = "Ends a run, or all of a sweep, with a checkpoint.",
      footer = {"  troupe fleet stop first"})
  int stop(@Mixin Node node, @Mixin JsonOption json, @Mixin Run run)
      throws CliException, ControlException, InterruptedException {
    return print(json, node.client().order(run.name, "stop", Map.of()));
  }

  @Command(
      description =
          "Queues a run that was stopped or failed again, or all of a sweep; it goes on from its"
              + " newest checkpoint.",
      footer = {"  troupe fleet resume first"})
  int resume(@Mixin Node node, @Mixin JsonOption json, @Mixin Run run)
      throws CliException, ControlException, InterruptedException {
    return print(json, node.client().order(run.name, "resume", Map.of()));
  }

  @Command(
      description = "Prints the end of a run's log.",
      footer = {"  troupe fleet logs first"})
  int logs(@Mixin Node node, @Mixin Run run)
      throws CliException, ControlException, InterruptedException {
    screen().print(node.client().log(run.name));
    screen().flush();
    return 0;
  }

  @Command(
      description = "Lets a run go on on another node, from a checkpoint.",
      footer = {"  troupe fleet move first 10.0.0.2:25520"})
  int move(
      @Mixin Node node,
      @Mixin JsonOption json,
      @Mixin Run run,
      @Parameters(
              index = "1",
              paramLabel = "HOST:PORT",
              description = "The node, as 'list' has it.")
          String target)
      throws CliException, ControlException, InterruptedException {
    return print(json, node.client().order(run.name, "move", Map.of("node", target)));
  }

  @Command(
      description = "Changes which runs leave the queue first; a run that trains keeps its slot.",
      footer = {"  troupe fleet priority first 10"})
  int priority(
      @Mixin Node node,
      @Mixin JsonOption json,
      @Mixin Run run,
      @Parameters(index = "1", paramLabel = "N", description = "Higher ones first.") int priority)
      throws CliException, ControlException, InterruptedException {
    return print(json, node.client().order(run.name, "priority", Map.of("priority", priority)));
  }

  @Command(
      description = "Prints the comparison of a sweep whose runs are over.",
      footer = {"  troupe fleet table rates"})
  int table(
      @Mixin Node node,
      @Parameters(paramLabel = "SWEEP", description = "The sweep's name.") String sweep)
      throws CliException, ControlException, InterruptedException {
    screen().print(node.client().table(sweep));
    screen().flush();
    return 0;
  }

  /** The run, or sweep, that is meant. */
  static final class Run {
    @Parameters(index = "0", paramLabel = "RUN", description = "A run's name, or a sweep's.")
    private String name;
  }

  private int print(JsonOption json, JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("runs").forEach(run -> names.add(run.asText()));
    PrintWriter screen = screen();
    json.print(
        screen,
        answer,
        "%s  %s".formatted(answer.path("message").asText(), String.join(" ", names)));
    return 0;
  }
}
