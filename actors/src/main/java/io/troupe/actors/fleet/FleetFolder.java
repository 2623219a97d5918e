package io.troupe.actors.fleet;

import io.troupe.actors.run.RunDirectory;
import java.nio.file.Path;

/**
 * The folder that all nodes of a fleet see, by whatever file system; its locks must hold between
 * machines.
 */
record FleetFolder(Path root) {
  /** All runs, as {@code troupe studio} and {@code troupe compare} find them. */
  Path runs() {
    return root.resolve("runs");
  }

  RunDirectory run(String name) {
    return new RunDirectory(runs().resolve(name));
  }

  /** What the dispatcher knows. */
  Path state() {
    return root.resolve("fleet").resolve("fleet.json");
  }

  Path stateLock() {
    return root.resolve("fleet").resolve("fleet.lock");
  }

  /** What the nodes hold while they live. */
  Path nodesLock() {
    return root.resolve("fleet").resolve("nodes.lock");
  }

  /** Which placement of a run may hold it. */
  Path claim(String run) {
    return root.resolve("fleet").resolve("claims").resolve(run);
  }

  /** The table of a sweep whose runs are over. */
  Path table(String sweep) {
    return root.resolve("fleet").resolve("sweeps").resolve(sweep + ".txt");
  }
}
