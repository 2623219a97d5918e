package io.troupe.actors.faults;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.faults.Fault.Kind;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Cuts a file of a run off, or flips a bit in it, while no daemon has the run. */
final class Damage {
  private final Path home;
  private final RunDirectory run;
  private final Random random;

  Damage(Path home, Random random) {
    this.home = home;
    run = new RunDirectory(home.resolve("run"));
    this.random = random;
  }

  /** Damages a file, if there is one that may be: what only one file says stays. */
  Optional<Fault> any() throws IOException {
    List<Path> candidates = new ArrayList<>();
    List<Path> good = goodCheckpoints();
    if (good.size() > 1) {
      candidates.add(good.get(good.size() - 1));
      candidates.add(good.get(good.size() - 1));
    }
    candidates.addAll(
        Stream.of(
                run.events(),
                run.config(),
                run.dataset(),
                run.url(),
                run.id(),
                run.metrics().resolve("metrics.csv"),
                run.metrics().resolve("loss.png"))
            .filter(Files::isRegularFile)
            .toList());
    candidates.addAll(below(run.tensorboard()));
    candidates.addAll(below(home.resolve("cache")));
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Path file = candidates.get(random.nextInt(candidates.size()));
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length == 0) {
      return Optional.empty();
    }
    Kind kind = random.nextBoolean() ? Kind.TORN : Kind.FLIPPED;
    if (kind == Kind.TORN) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    } else {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    // A new file: the same content may be linked elsewhere.
    Files.delete(file);
    Files.write(file, bytes);
    return Optional.of(Fault.of(kind, CallPoint.pattern(home.relativize(file).toString())));
  }

  private List<Path> goodCheckpoints() throws IOException {
    List<Path> good = new ArrayList<>();
    if (!Files.isDirectory(run.checkpoints())) {
      return good;
    }
    try (Stream<Path> files = Files.list(run.checkpoints())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ckpt")).sorted().toList()) {
        try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
          good.add(checkpoint.file());
        } catch (CheckpointException e) {
          // Damaged before.
        }
      }
    }
    return good;
  }

  private static List<Path> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
