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
import java.util.ArrayList;
import java.util.List;

/** A whole iteration of a preset on random images of 20 classes, and the moving average. */
abstract class GanIteration extends GraphWorkload {
  private static final int CLASSES = 20;
  private static final int SIZE = 32;

  private RunSettings settings;
  private GanTraining training;
  private MovingAverage average;
  private FloatBuffer images;
  private int[] labels;
  private long step;

  /** The preset's name. */
  abstract String preset();

  /** Of both networks. */
  abstract int channels();

  /** Other settings than the preset's, as key=value. */
  List<String> changes() {
    return List.of();
  }

  @Override
  void open(ProgramCompiler compiler) {
    List<String> changes = new ArrayList<>(changes());
    changes.add("network.generator-channels=" + channels());
    changes.add("network.discriminator-channels=" + channels());
    try {
      settings = SettingsLoader.load(preset(), List.of(), changes);
    } catch (SettingsException e) {
      throw new IllegalStateException("the preset " + preset() + " is broken", e);
    }
    training = new GanTraining(settings, ImageSpec.rgb(SIZE, CLASSES), compiler);
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
  public void iterate() {
    training.step(++step, images, labels);
    double decay = settings.ema().decayAt(step, settings.training().batch());
    average.follow(training.generator().values().floats(), decay);
  }

  /** Real images of an iteration. */
  private int images() {
    return settings.training().imagesPerStep();
  }

  @Override
  void free() {
    average.close();
    training.close();
  }
}
