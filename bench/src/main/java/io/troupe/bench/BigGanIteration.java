package io.troupe.bench;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.optimisers.MovingAverage;
import io.troupe.models.training.GanTraining;
import java.nio.FloatBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * A whole iteration of the preset biggan-cifar100 with a given width, on random images of 20
 * classes: four discriminator steps and one generator step of 64 images each, with their Adam
 * updates, and the moving average.
 */
public class BigGanIteration extends GraphWorkload {
  private static final int CLASSES = 20;
  private static final int SIZE = 32;

  /** The factor of the networks' widths; 256 is the published one. */
  @Param({"64", "256"})
  public int channels;

  private RunSettings settings;
  private GanTraining training;
  private MovingAverage average;
  private FloatBuffer images;
  private int[] labels;
  private long step;

  @Override
  void open(ProgramCompiler compiler) {
    try {
      settings =
          SettingsLoader.load(
              "biggan-cifar100",
              List.of(),
              List.of(
                  "network.generator-channels=" + channels,
                  "network.discriminator-channels=" + channels));
    } catch (SettingsException e) {
      throw new IllegalStateException("the preset biggan-cifar100 is broken", e);
    }
    training = new GanTraining(settings, ImageSpec.rgb(32, CLASSES), compiler);
    average = new MovingAverage(training.generator().values().floats(), compiler);
    images = FloatBuffer.allocate(images() * SIZE * SIZE * 3);
    labels = new int[images()];
    CounterRandom random = new CounterRandom(1, Stream.INITIALISATION, 1, 0);
    for (int i = 0; i < images.capacity(); i++) {
      images.put(i, (float) random.nextDouble(-1, 1));
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
  }

  @Override
  @Benchmark
  public void iterate() {
    training.step(++step, images, labels);
    average.follow(training.generator().values().floats(), settings.ema().decay());
  }

  /** Real images of an iteration. */
  private int images() {
    return settings.training().batch() * settings.training().discriminatorSteps();
  }

  @Override
  void free() {
    average.close();
    training.close();
  }
}
