package io.troupe.torch;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Iterations of a training of a preset on random pictures. */
final class Iterations {
  private static final int CLASSES = 20;

  /**
   * Where it is not 0. Gradients jump where rounding takes a rectifier's input across zero, by 1e-3
   * to 1e-2 of their size in networks as small as these. With these seeds it does so in neither
   * engine, by what double precision gives, in three iterations.
   */
  private static final Map<String, Integer> SEEDS =
      Map.of(
          "demo", 1,
          "biggan-64", 1,
          "biggan-amp-cifar100", 4,
          "stylegan2-ada-cifar100", 3,
          "stylegan2-64", 2,
          "stylegan2-128", 3);

  private final GanTraining training;
  private final FloatBuffer images;
  private final int[] labels;
  private long step;

  Iterations(RunSettings settings, GanTraining training) {
    this.training = training;
    int count = settings.training().batch() * settings.training().discriminatorSteps();
    ImageSpec spec = training.spec();
    images = FloatBuffer.allocate(count * spec.size() * spec.size() * spec.channels());
    labels = new int[count];
    CounterRandom random = new CounterRandom(1, Stream.INITIALISATION, 1, 0);
    for (int i = 0; i < images.capacity(); i++) {
      images.put(i, (float) random.nextDouble(-1, 1));
    }
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
  }

  /** A preset as it is. */
  static RunSettings full(String preset) {
    return SettingsLoader.load(preset, List.of(), changes(preset));
  }

  /** A preset with few channels and a small batch; StyleGAN2's for larger pictures with 32x32. */
  static RunSettings small(String preset) {
    List<String> changes = changes(preset);
    changes.add("seed=" + SEEDS.getOrDefault(preset, 0));
    if (preset.startsWith("stylegan2") && !preset.contains("cifar")) {
      changes.add("dataset.size=32");
    }
    changes.add("network.generator-channels=8");
    changes.add("network.discriminator-channels=8");
    changes.add("training.batch=" + (preset.contains("ada") ? 32 : 8));
    return SettingsLoader.load(preset, List.of(), changes);
  }

  private static List<String> changes(String preset) {
    // What a start would choose by measuring the machine.
    List<String> changes =
        new ArrayList<>(List.of("compute.precision=float32", "training.micro-batch=0"));
    if (!preset.equals("demo") && !preset.contains("cifar")) {
      // It asks for pictures, which nobody reads here.
      changes.add("dataset.path=.");
    }
    return changes;
  }

  /** The same settings in mixed precision. */
  static RunSettings mixed(RunSettings settings) {
    return SettingsLoader.with(
        settings, Map.of("compute.precision", "mixed", "compute.bfloat16", "portable"));
  }

  /** Some iterations of a training of its own. */
  static Trained trained(RunSettings settings, ProgramCompiler engine, int count) {
    GradientLog log = new GradientLog(engine);
    try (GanTraining training = new GanTraining(settings, spec(settings), log)) {
      Iterations iterations = new Iterations(settings, training);
      List<StepResult> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        results.add(iterations.next());
      }
      return new Trained(results, log.gradients());
    }
  }

  /** What the networks of a preset are made for. */
  static ImageSpec spec(RunSettings settings) {
    return ImageSpec.rgb(settings.dataset().size(), CLASSES);
  }

  /** Real pictures of an iteration. */
  int images() {
    return labels.length;
  }

  /** The one after a step. */
  StepResult nextAfter(long last) {
    step = last;
    return next();
  }

  StepResult next() {
    return training.step(++step, images, labels);
  }
}
