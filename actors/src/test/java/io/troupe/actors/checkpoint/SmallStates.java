package io.troupe.actors.checkpoint;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.LogitMeans;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Training states that are small enough to write many times. */
public final class SmallStates {
  private SmallStates() {}

  /** Zeros, for networks with a number of channels and 20 classes. */
  public static TrainingState empty(int channels) {
    return empty(settings(channels), ImageSpec.rgb(32, 20));
  }

  /** Networks with a number of channels. */
  static GanTraining training(int channels, int classes) {
    return new GanTraining(settings(channels), ImageSpec.rgb(32, classes), CompiledGraph::compile);
  }

  /** Zeros, for networks of any settings. */
  public static TrainingState empty(RunSettings settings, ImageSpec spec) {
    return new TrainingState(NetworkLayouts.of(settings.network(), spec), spec);
  }

  /** Settings of the preset demo with a latent size of 8, batches of 2 and a number of channels. */
  public static RunSettings settings(int channels) {
    return SettingsLoader.load(
        "demo",
        List.of(),
        List.of(
            "network.latent-size=8",
            "network.generator-channels=" + channels,
            "network.discriminator-channels=" + channels,
            "training.batch=2"));
  }

  /** Sets every element to a value of its own, with awkward finite floats among them. */
  public static void fill(TrainingState state, long step) {
    float[] awkward = {
      -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.MIN_NORMAL, -Float.MAX_VALUE, 1 + 0x1p-23f
    };
    int vector = 0;
    for (FloatVector array : state.vectors().values()) {
      CounterRandom random = new CounterRandom(step, Stream.SAMPLING, 0, vector++);
      float[] values = new float[array.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i < awkward.length ? awkward[i] : (float) random.nextGaussian();
      }
      array.write().put(0, values);
    }
    state.setProgress(new TrainingState.Progress(step, 3 * step, 1L << 40, 2, ADAPTATION, LOGITS));
  }

  static final LogitMeans LOGITS = new LogitMeans(0.1, -1 / 7.0, 12);

  static final TrainingState.Adaptation ADAPTATION = new TrainingState.Adaptation(1 / 3.0, -3, 7);

  /** The bits of every vector by name. */
  static Map<String, List<Integer>> bits(TrainingState state) {
    Map<String, List<Integer>> bits = new TreeMap<>();
    state
        .vectors()
        .forEach(
            (name, array) -> {
              float[] values = new float[array.length()];
              array.read().get(0, values);
              Integer[] raw = new Integer[values.length];
              for (int i = 0; i < values.length; i++) {
                raw[i] = Float.floatToRawIntBits(values[i]);
              }
              bits.put(name, List.of(raw));
            });
    return bits;
  }
}
