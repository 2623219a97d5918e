package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.control.DaemonProcess;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends a run and waits until its daemon's process is gone. */
@Command(
    name = "stop",
    description = "Ends a run with a last checkpoint and waits until its daemon has ended.",
    footer = {"  troupe stop", "  troupe stop demo-2", "  troupe stop --run-dir /data/runs/r1"})
final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NamedRun run;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description = "How long to wait, in seconds. Default: 1800.")
  private long timeoutSeconds;

  @Override
  public Integer call()
      throws CliException, ControlException, IOException, InterruptedException, ExecutionException {
    RunDirectory directory = run.directory();
    Optional<ProcessHandle> process = DaemonProcess.find(directory);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    JsonNode answer =
        RunOptions.client(directory).command("stop", Duration.ofSeconds(timeoutSeconds));
    if (process.isPresent()) {
      try {
        process.get().onExit().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new CliException(
            "step %d: stopped, but process %d has not ended within %d s; look at %s"
                .formatted(
                    answer.path("step").asLong(),
                    process.get().pid(),
                    timeoutSeconds,
                    directory.log()));
      }
      ((ObjectNode) answer).put("pid", process.get().pid());
    }
    run.print(spec, answer, RunOptions.sentence(answer));
    return 0;
  }
}
