package io.troupe.actors.checkpoint;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checkpoints that were set aside though the journal does not say so: who did it was killed before
 * it could be written down.
 */
final class UntoldFiles {
  private final Path root;
  private final Path checkpoints;
  private final Path best;

  /** Files as they are now, by how a reason in the journal calls the checkpoint. */
  private final Map<String, Path> files = new TreeMap<>();

  private UntoldFiles(RunDirectory directory) throws IOException {
    root = directory.root();
    checkpoints = directory.checkpoints();
    best = checkpoints.resolve("best");
    find(checkpoints);
    find(best);
  }

  /** One sentence for each. */
  static List<String> of(RunDirectory directory) throws IOException {
    UntoldFiles untold = new UntoldFiles(directory);
    if (untold.files.isEmpty()) {
      return List.of();
    }
    List<String> told = new ArrayList<>();
    JournalledEnd.read(directory.events(), entry -> untold.hear(entry, told));
    untold.files.keySet().removeIf(name -> told.stream().anyMatch(text -> text.contains(name)));
    return untold.files.entrySet().stream().map(untold::sentence).toList();
  }

  private void find(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, CheckpointFolder::isSetAside)) {
      for (Path entry : entries) {
        files.put(name(CheckpointFolder.before(entry)), entry);
      }
    }
  }

  /** Without the folder of the run, which may have been moved since. */
  private String name(Path checkpoint) {
    return root.relativize(checkpoint) + ":";
  }

  /** A file that is written anew may be set aside anew. */
  private void hear(JournalEntry entry, List<String> told) {
    switch (entry.kind().orElse(RunEvent.STEP)) {
      case CHECKPOINT_REJECTED -> told.add(entry.text("reason"));
      case CHECKPOINT -> forget(checkpoints, entry, told);
      case BEST -> forget(best, entry, told);
      default -> {}
    }
  }

  private void forget(Path folder, JournalEntry entry, List<String> told) {
    String name = name(folder.resolve(CheckpointFolder.name(entry.step("of_step"))));
    told.removeIf(text -> text.contains(name));
  }

  private String sentence(Map.Entry<String, Path> file) {
    return "%s: it was set aside as %s, by a process that was killed before it could say why"
        .formatted(CheckpointFolder.before(file.getValue()), file.getValue().getFileName());
  }
}
