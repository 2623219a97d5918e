package io.troupe.actors.fleet;

import io.troupe.actors.run.ComputeThreads;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs' processes that a node has begun. */
final class Children {
  private final List<String> program;
  private final Map<String, String> environment;
  private final Queue<RunProcess> begun = new ConcurrentLinkedQueue<>();

  /**
   * A node's children.
   *
   * @param program the command line that commands of this program follow
   * @param environment variables that they get beside this process's own
   */
  Children(List<String> program, Map<String, String> environment) {
    this.program = List.copyOf(program);
    this.environment = Map.copyOf(environment);
  }

  /** Begins to train a run, as {@code troupe start} would. */
  RunProcess train(RunDirectory directory, RunEntity.Keep run, String tether) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of("train", "--quiet", "--run-dir=" + directory.root(), "--tether=" + tether));
    if (!Files.exists(directory.config())) {
      command.add("--preset=" + run.preset());
      run.settings().forEach(setting -> command.add("--set=" + setting));
    }
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(threads(directory, run));
    RunProcess process = RunProcess.launch(command, variables, directory.log());
    begun.removeIf(RunProcess::hasEnded);
    begun.add(process);
    return process;
  }

  private static Map<String, String> threads(RunDirectory directory, RunEntity.Keep run) {
    try {
      return ComputeThreads.environment(
          Files.exists(directory.config())
              ? SettingsLoader.loadRun(directory.config(), List.of(), SettingsLoader.NOT_SERVED)
              : SettingsLoader.load(run.preset(), List.of(), run.settings()));
    } catch (SettingsException e) {
      // The process will say so.
      return Map.of();
    }
  }

  /** How many have not ended. */
  int living() {
    begun.removeIf(RunProcess::hasEnded);
    return begun.size();
  }

  /** Waits until all have ended, which they have been told to. */
  void await() {
    begun.forEach(RunProcess::await);
  }
}
