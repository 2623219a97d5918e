package io.troupe.actors.bench;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.optimisers.MovingAverage;
import io.troupe.models.training.GanTraining;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A whole iteration of the preset biggan-cifar100 with a given width, on random pictures of 20
 * classes: four discriminator steps and one generator step of 64 pictures each, with their Adam
 * updates, and the moving average.
 */
final class BigGanIteration implements Workload {
  private static final int CLASSES = 20;
  private static final int SIZE = 32;

  private final RunSettings settings;
  private final GanTraining training;
  private final MovingAverage average;
  private final FloatBuffer images;
  private final int[] labels;
  private long step;

  BigGanIteration(int channels, ProgramCompiler compiler) {
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
    training = new GanTraining(settings, CLASSES, compiler);
    average = new MovingAverage(training.generator().values().flat());
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
  public void iterate() {
    training.step(++step, images, labels);
    average.follow(training.generator().values().flat(), settings.ema().decay());
  }

  @Override
  public int images() {
    return settings.training().batch() * settings.training().discriminatorSteps();
  }

  @Override
  public void close() {
    average.close();
    training.close();
  }
}
