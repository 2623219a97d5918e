package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows how a run is. */
@Command(
    name = "status",
    description = "Shows how a run is.",
    footer = {"  troupe status", "  troupe status demo-2 --json"})
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NamedRun run;

  @Override
  public Integer call() throws CliException, ControlException, InterruptedException {
    JsonNode status = run.client().status();
    run.print(spec, status, StatusTable.render(status));
    return 0;
  }
}
