package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.control.DaemonProcess;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a run and waits until its daemon's process is gone. */
@Command(
    name = "stop",
    description = "Ends a run with a last checkpoint and waits until its daemon has ended.",
    footer = {"  troupe stop", "  troupe stop demo-2", "  troupe stop --run-dir /data/runs/r1"})
final class StopCommand extends CliCommand {
  private static final int LOOK_SECONDS = 2;

  @Mixin private NamedRun run;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait, in seconds. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds = 1800;

  @Override
  public Integer call()
      throws CliException, ControlException, IOException, InterruptedException, ExecutionException {
    RunDirectory directory = run.directory();
    Optional<ProcessHandle> process = DaemonProcess.find(directory);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    JsonNode answer = stopped(RunChoice.client(directory));
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
    run.json().print(screen(), answer, NamedRun.sentence(answer));
    return 0;
  }

  /** Stops the run, and says meanwhile what it may be waiting for, such as a full disk. */
  private JsonNode stopped(ControlClient client)
      throws ControlException, InterruptedException, ExecutionException {
    FutureTask<JsonNode> stop =
        new FutureTask<>(() -> client.command("stop", Duration.ofSeconds(timeoutSeconds)));
    Thread waiting = new Thread(stop, "troupe-stop");
    waiting.setDaemon(true);
    waiting.start();
    Set<String> told = new HashSet<>();
    while (true) {
      try {
        return stop.get(LOOK_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        tellTroubles(client, told);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ControlException failure) {
          throw failure;
        }
        throw e;
      }
    }
  }

  private void tellTroubles(ControlClient client, Set<String> told) throws InterruptedException {
    JsonNode troubles;
    try {
      troubles = client.status().path("troubles");
    } catch (ControlException e) {
      return; // It ends just now; the command's own answer says how.
    }
    PrintWriter screen = errors();
    for (JsonNode trouble : troubles) {
      String helper = trouble.path("helper").asText();
      if (told.add(helper)) {
        screen.printf(
            "troupe: still waiting; the %s fails: %s%n", helper, trouble.path("cause").asText());
      }
    }
    screen.flush();
  }
}
