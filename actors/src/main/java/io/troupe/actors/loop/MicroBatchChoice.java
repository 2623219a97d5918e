package io.troupe.actors.loop;

import io.troupe.actors.memory.FreeMemory;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.EngineMemory;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many images of a batch are computed at once, where the settings leave that to the program:
 * all, or the largest power of two (of minibatch standard deviation's groups) that divides the
 * batch and whose steps fit the memory. Steps are planned for that, not compiled.
 */
public final class MicroBatchChoice {
  /** The setting. */
  public static final String KEY = "training.micro-batch";

  /** What the JVM takes beside its heap, and libraries, once all of them is in use. */
  private static final long RESERVE = 256L << 20;

  /** What training leaves to evaluation, grids and all that is not planned, of free memory. */
  private static final double LEFT_FREE = 0.2;

  private final RunSettings settings;
  private final ImageSpec spec;
  private final ProgramCompiler planner;
  private final EngineMemory memory;
  private final Map<Integer, StepPlan> plans = new HashMap<>();

  /**
   * A choice for settings.
   *
   * @param spec of the dataset's images
   * @param planner makes programs that know their bytes and cannot run
   * @param memory of the engine that computes; if it is a device's, that is what steps must fit
   */
  public MicroBatchChoice(
      RunSettings settings, ImageSpec spec, ProgramCompiler planner, EngineMemory memory) {
    this.settings = settings;
    this.spec = spec;
    this.planner = planner;
    this.memory = memory;
  }

  /**
   * Settings with a number, and why it is that one.
   *
   * @param choice empty if nothing was left to the program, or it has chosen at an earlier start
   */
  public record Chosen(RunSettings settings, Optional<Choice> choice) {}

  /**
   * What the steps' intermediate results may take.
   *
   * @param text says where that comes from
   */
  private record Room(long bytes, String text) {}

  /**
   * The settings with a number. What a run has chosen once it keeps, as long as its batch can be
   * made of it, so that it goes on with the same results elsewhere.
   *
   * @param before the settings that the run had until now, if there are any
   * @throws RunException if no number fits the memory
   */
  public Chosen choose(Optional<RunSettings> before) throws RunException {
    if (settings.training().microBatch() != RunSettings.AUTO) {
      return new Chosen(settings, Optional.empty());
    }
    Optional<RunSettings> kept =
        before
            .map(run -> run.training().microBatch())
            .filter(
                images -> images == TrainingSettings.WHOLE_BATCH || candidates().contains(images))
            .map(this::with);
    if (kept.isPresent()) {
      return new Chosen(kept.get(), Optional.empty());
    }
    long limit = limit(settings);
    if (limit > 0) {
      return choose(new Room(limit, "compute.memory-mb is " + settings.compute().memoryMb()));
    }
    Optional<FreeMemory> free = FreeMemory.of(memory);
    if (free.isEmpty()) {
      int batch = settings.training().batch();
      return chosen(batch, "how much memory is free is not known here, and it is the whole batch");
    }
    return choose(room(free.get()));
  }

  /** The limit of the settings, in bytes; 0 is none. */
  static long limit(RunSettings settings) {
    return (long) settings.compute().memoryMb() << 20;
  }

  /** The largest number below that of the settings; empty if that is the least. */
  public Optional<RunSettings> smaller() {
    int now = settings.training().imagesAtOnce();
    return candidates().stream().filter(images -> images < now).findFirst().map(this::with);
  }

  /** The largest number that fits; empty if none does. */
  Optional<Integer> largest(long bytes) {
    int start = 0;
    List<Integer> candidates = candidates();
    while (start < candidates.size()) {
      int images = candidates.get(start);
      long needed = plan(images).resultBytes();
      if (needed <= bytes) {
        return Optional.of(images);
      }
      // Bytes are a constant and as much for each image, so these are too many too.
      double most = (double) images * bytes / needed;
      do {
        start++;
      } while (start < candidates.size() - 1 && candidates.get(start) > most);
    }
    return Optional.empty();
  }

  private Chosen choose(Room room) throws RunException {
    Optional<Integer> images = largest(room.bytes());
    if (images.isEmpty()) {
      int least = candidates().get(candidates().size() - 1);
      throw new RunException(
          "a step does not fit the memory with %s = %d, the least: it plans %d MiB of intermediate results, and %s; choose smaller networks or give more memory"
              .formatted(KEY, least, plan(least).resultBytes() >> 20, room.text()));
    }
    return chosen(
        images.get(),
        "a step then plans %d MiB of intermediate results, and %s"
            .formatted(plan(images.get()).resultBytes() >> 20, room.text()));
  }

  private Chosen chosen(int images, String because) {
    return new Chosen(
        with(images), Optional.of(new Choice(KEY, Integer.toString(images), because)));
  }

  /** What is left when the networks, their copies, batches and the heap have what they take. */
  private Room room(FreeMemory free) {
    StepPlan plan = plan(candidates().get(candidates().size() - 1));
    long others = others(settings, spec, plan.generatorLength(), plan.discriminatorLength());
    Runtime java = Runtime.getRuntime();
    long heap = memory.free().isPresent() ? 0 : java.maxMemory() - java.totalMemory();
    long left = (long) ((free.bytes() - heap - RESERVE) * (1 - LEFT_FREE)) - others;
    return new Room(
        Math.max(0, left),
        "%d MiB are left for them of %d MiB that %s has free (networks and batches take %d%s)"
            .formatted(
                Math.max(0, left) >> 20,
                free.bytes() >> 20,
                free.by(),
                others >> 20,
                heap == 0 ? "" : ", Java's heap may take %d more".formatted(heap >> 20)));
  }

  /**
   * Off-heap bytes that training takes besides the steps' intermediate results: for networks, their
   * copies, and batches.
   *
   * @param generatorLength parameters and states of the generator
   * @param discriminatorLength parameters and states of the discriminator
   */
  static long others(
      RunSettings settings, ImageSpec spec, long generatorLength, long discriminatorLength) {
    // In training each network has values, two kinds of gradients and two moments. Then there are
    // two training states of values, moments and average, and the generator's updates, snapshots
    // and average, and its copies that make pictures.
    long networks = Float.BYTES * (21 * generatorLength + 11 * discriminatorLength);
    long batches =
        (long) Float.BYTES
            * (settings.prefetch().batches() + 1)
            * settings.training().imagesPerStep()
            * spec.size()
            * spec.size()
            * spec.channels();
    return networks + batches;
  }

  /** The largest first. Of too few at once top-k training could leave none out. */
  private List<Integer> candidates() {
    TrainingSettings training = settings.training();
    int least = GanNetworks.of(settings.network(), spec).batchMultiple();
    List<Integer> all = new ArrayList<>();
    for (int images = least; images < training.batch(); images *= 2) {
      if (training.batch() % images == 0
          && (!training.topK().isWanted() || training.topK().chooses(images))) {
        all.add(0, images);
      }
    }
    all.add(0, training.batch());
    return all;
  }

  private StepPlan plan(int images) {
    return plans.computeIfAbsent(images, any -> StepPlan.of(with(images), spec, planner));
  }

  private RunSettings with(int images) {
    return SettingsLoader.with(settings, Map.of(KEY, Integer.toString(images)));
  }
}
