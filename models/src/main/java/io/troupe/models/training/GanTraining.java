package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.augmentation.DiffAugmentDraws;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A GAN in training. One iteration is a number of discriminator steps, each on new real pictures
 * and new fakes in one pass, and one generator step, after them or before. Its result is a function
 * of the settings, the networks before it, and the step's number.
 *
 * <p>Not thread-safe: one thread uses it at a time.
 */
public final class GanTraining implements AutoCloseable {
  private RunSettings settings;
  private final StepPrograms programs;
  private final StepArrays arrays;
  private int redraws;

  /**
   * Networks with initial values, and their compiled steps.
   *
   * @param classes number of classes of the real pictures
   */
  public GanTraining(RunSettings settings, int classes, ProgramCompiler compiler) {
    this.settings = settings;
    programs = StepPrograms.of(settings, classes, compiler);
    arrays = programs.arrays;
  }

  /** Whether these compiled steps are those of other settings too, as {@link #adopt} needs. */
  public boolean fits(RunSettings others) {
    return programs.fit(others);
  }

  /**
   * Has other settings from the next iteration on, such as another learning rate; the networks stay
   * as they are.
   *
   * @throws IllegalArgumentException if the steps would have to be compiled anew
   */
  public void adopt(RunSettings changed) {
    if (!fits(changed)) {
      throw new IllegalArgumentException("the compiled steps are not those of these settings");
    }
    programs.adopt(changed);
    settings = changed;
  }

  /**
   * One iteration.
   *
   * @param step its number, from 1
   * @param images real pictures in [-1, 1], one after the other, [discriminatorSteps * batch, size,
   *     size, 3]
   * @param labels their classes
   * @throws DivergedException if a loss or a penalty is not finite
   */
  public StepResult step(long step, FloatBuffer images, int[] labels) {
    Iteration iteration = new Iteration(step, images, labels);
    long start = System.nanoTime();
    if (settings.training().first() == RunSettings.First.GENERATOR) {
      if (programs.generatorReadsReal) {
        loadReal(iteration, 0);
      }
      generatorStep(iteration);
    }
    int apart =
        settings.training().discriminatorSteps() - (programs.judgeFakes.isPresent() ? 1 : 0);
    for (int k = 0; k < apart; k++) {
      makeFakes(iteration, k);
      discriminatorStep(iteration, k);
    }
    if (settings.training().first() == RunSettings.First.DISCRIMINATOR) {
      generatorStep(iteration);
    }
    return iteration.result(settings.training().discriminatorSteps(), System.nanoTime() - start);
  }

  private void makeFakes(Iteration iteration, int k) {
    long start = System.nanoTime();
    drawFakes(iteration, k);
    programs.makeFakes.orElseThrow().run();
    iteration.discriminatorNanoseconds += System.nanoTime() - start;
  }

  private void drawFakes(Iteration iteration, int k) {
    arrays.latents.draw(latentSeed(), Stream.DISCRIMINATOR_LATENT, iteration.step, k);
  }

  /** On the present fakes. */
  private void discriminatorStep(Iteration iteration, int k) {
    long start = System.nanoTime();
    int discriminatorSteps = settings.training().discriminatorSteps();
    long step = iteration.step;
    loadReal(iteration, k);
    augment(arrays.fakeAugmentation, step, 2 * k + 1);
    programs.discriminatorStep.run();
    iteration.discriminatorLoss += loss("discriminator", step);
    iteration.realLogit += HostArray.first(arrays.realLogit);
    iteration.fakeLogit += HostArray.first(arrays.fakeLogit);
    iteration.perplexity += HostArray.first(arrays.perplexity);
    programs.discriminatorPenalties.update(
        (step - 1) * discriminatorSteps + k,
        latentSeed(),
        step,
        () -> {
          if (settings.training().regularisation() == RunSettings.Regularisation.SEPARATE) {
            augment(arrays.realAugmentation, step, 2 * discriminatorSteps + 1 + k);
          }
        },
        iteration.penalties);
    iteration.discriminatorNanoseconds += System.nanoTime() - start;
  }

  private void generatorStep(Iteration iteration) {
    long step = iteration.step;
    int discriminatorSteps = settings.training().discriminatorSteps();
    if (programs.judgeFakes.isPresent()) {
      drawFakes(iteration, discriminatorSteps - 1);
      programs.generatorStep.run(
          () -> {
            discriminatorStep(iteration, discriminatorSteps - 1);
            augment(arrays.fakeAugmentation, step, 2 * discriminatorSteps);
            programs.judgeFakes.get().run();
            iteration.generatorLoss = loss("generator", step);
          });
    } else {
      arrays.latents.draw(latentSeed(), Stream.GENERATOR_LATENT, step, 0);
      augment(arrays.fakeAugmentation, step, 2 * discriminatorSteps);
      programs.generatorStep.run();
      iteration.generatorLoss = loss("generator", step);
    }
    programs.generatorPenalties.update(step - 1, latentSeed(), step, () -> {}, iteration.penalties);
  }

  /** Takes the real images of the k-th discriminator step, and draws how they are augmented. */
  private void loadReal(Iteration iteration, int k) {
    int batch = settings.training().batch();
    int length = arrays.real.length();
    arrays.real.write().put(0, iteration.images, k * length, length);
    for (int row = 0; row < batch; row++) {
      arrays.realClasses.set(row, iteration.labels[k * batch + row]);
    }
    augment(arrays.realAugmentation, iteration.step, 2 * k);
  }

  /** What one iteration works on, and what it has found so far. */
  private static final class Iteration {
    final long step;
    final FloatBuffer images;
    final int[] labels;
    double discriminatorLoss;
    double generatorLoss;
    double realLogit;
    double fakeLogit;
    double perplexity;
    final Map<String, Double> penalties = new LinkedHashMap<>();
    long discriminatorNanoseconds;

    Iteration(long step, FloatBuffer images, int[] labels) {
      this.step = step;
      this.images = images;
      this.labels = labels;
    }

    StepResult result(int discriminatorSteps, long nanoseconds) {
      return new StepResult(
          step,
          discriminatorLoss / discriminatorSteps,
          generatorLoss,
          realLogit / discriminatorSteps,
          fakeLogit / discriminatorSteps,
          perplexity / discriminatorSteps,
          penalties,
          discriminatorNanoseconds * 1e-9,
          (nanoseconds - discriminatorNanoseconds) * 1e-9);
    }
  }

  private void augment(DiffAugmentDraws draws, long step, int index) {
    draws.draw(new CounterRandom(latentSeed(), Stream.DIFF_AUGMENT, step, index));
  }

  private double loss(String network, long step) {
    return DivergedException.requireFinite(network + "'s loss", HostArray.first(arrays.loss), step);
  }

  /**
   * How often the latent vectors have been drawn anew: after a divergence the same draws would only
   * diverge again.
   */
  public int redraws() {
    return redraws;
  }

  /** Sets how often the latent vectors have been drawn anew; steps from now on depend on it. */
  public void setRedraws(int count) {
    redraws = count;
  }

  private long latentSeed() {
    return settings.seed() + redraws * 0x9E3779B97F4A7C15L;
  }

  /** Side of the pictures, in pixels. */
  public int size() {
    return programs.size;
  }

  /** Off-heap bytes that the compiled steps hold for intermediate results. */
  public long plannedBytes() {
    return programs.plannedBytes();
  }

  /** The generator. */
  public TrainedNetwork generator() {
    return programs.generator;
  }

  /** The discriminator. */
  public TrainedNetwork discriminator() {
    return programs.discriminator;
  }

  @Override
  public void close() {
    programs.close();
  }
}
