package io.troupe.actors.fleet;

import io.troupe.actors.run.RunDirectory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How a node begins runs' processes, and those that it let go and which have not ended yet. */
final class Children {
  private final List<String> program;
  private final Queue<RunProcess> ending = new ConcurrentLinkedQueue<>();

  /**
   * A node's children.
   *
   * @param program the command line that commands of this program follow
   */
  Children(List<String> program) {
    this.program = List.copyOf(program);
  }

  /** The command that trains a run, as {@code troupe start} would. */
  List<String> train(RunDirectory directory, RunEntity.Keep run, String tether) {
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of("train", "--quiet", "--run-dir=" + directory.root(), "--tether=" + tether));
    if (!Files.exists(directory.config())) {
      command.add("--preset=" + run.preset());
      run.settings().forEach(setting -> command.add("--set=" + setting));
    }
    return command;
  }

  /** Lets a process end while nobody waits for it but {@link #await}. */
  void letGo(RunProcess process) {
    process.letGo();
    ending.removeIf(RunProcess::hasEnded);
    ending.add(process);
  }

  /** Waits until all have ended that were let go. */
  void await() {
    ending.forEach(RunProcess::await);
  }
}
