package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.augmentation.AugmentationDraws;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.LogitMeans;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A GAN in training. One iteration is a number of discriminator steps, each on new real pictures
 * and new fakes in one pass, and one generator step, after them or before. Its result is a function
 * of the settings, the networks before it, and the step's number.
 *
 * <p>A step's batch may be computed in micro-batches, each of which begins from the same networks:
 * then gradients, losses and next states are means over them, and Adam's update is one.
 *
 * <p>Not thread-safe: one thread uses it at a time.
 */
public final class GanTraining implements AutoCloseable {
  private RunSettings settings;
  private final ProgramCompiler compiler;
  private final StepPrograms programs;
  private final StepArrays arrays;
  private final WholeBatch whole;
  private int redraws;

  /**
   * Networks with initial values, and their compiled steps.
   *
   * @param spec of the real pictures
   */
  public GanTraining(RunSettings settings, ImageSpec spec, ProgramCompiler compiler) {
    this.settings = settings;
    this.compiler = compiler;
    programs = StepPrograms.of(settings, spec, compiler);
    programs.initialise();
    arrays = programs.arrays;
    whole = programs.whole;
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
   *     size, channels]
   * @param labels their classes
   * @throws DivergedException if a loss, a penalty, a gradient or an updated parameter is not
   *     finite
   */
  public StepResult step(long step, FloatBuffer images, int[] labels) {
    Iteration iteration = new Iteration(step, images, labels);
    long start = System.nanoTime();
    if (settings.training().burnIn().images() > 0) {
      programs.apply(settings.training().at(step));
    }
    if (settings.training().first() == TrainingSettings.First.GENERATOR) {
      if (programs.judgeReal.isPresent()) {
        drawReal(iteration, judged());
      }
      generatorStep(iteration);
    }
    int apart =
        settings.training().discriminatorSteps() - (programs.discriminateFakes.isPresent() ? 1 : 0);
    for (int k = 0; k < apart; k++) {
      drawFakes(iteration, k);
      discriminatorStep(iteration, k);
    }
    if (settings.training().first() == TrainingSettings.First.DISCRIMINATOR) {
      generatorStep(iteration);
    }
    TrainingSettings.Ada ada = settings.training().ada();
    double used = ada.isWanted() ? programs.probability.value() : Double.NaN;
    int judged = settings.training().imagesPerStep();
    programs.probability.judged(iteration.realSigns, judged);
    programs.probability.stepDone(step);
    return iteration.result(settings.training(), used, System.nanoTime() - start);
  }

  private void drawFakes(Iteration iteration, int k) {
    drawLatents(iteration, Stream.DISCRIMINATOR_LATENT, k, k);
  }

  /**
   * Draws what pictures are made of. Where each is judged beside a real one, it is of the same
   * class: else logits would differ by class too.
   *
   * @param k of the real pictures
   */
  private void drawLatents(Iteration iteration, Stream stream, int index, int k) {
    whole.latents.draw(latentSeed(), stream, iteration.step, index);
    if (programs.judgeReal.isPresent()) {
      whole.latents.setClasses(iteration.labels, k * settings.training().batch());
    }
  }

  /** Takes the real images of the k-th discriminator step, and draws how they are augmented. */
  private void drawReal(Iteration iteration, int k) {
    whole.setReal(iteration.images, iteration.labels, k * settings.training().batch());
    augment(whole.realAugmentation, iteration.step, 2 * k);
  }

  /** Of the latents that are drawn; the pictures too may be there. */
  private void discriminatorStep(Iteration iteration, int k) {
    long start = System.nanoTime();
    int discriminatorSteps = settings.training().discriminatorSteps();
    long step = iteration.step;
    drawReal(iteration, k);
    augment(whole.fakeAugmentation, step, 2 * k + 1);
    for (Map.Entry<String, AugmentationDraws> moves : whole.moves.entrySet()) {
      int side = moves.getKey().equals(StepGraphs.REAL_MOVES) ? 0 : 1;
      moves
          .getValue()
          .draw(new CounterRandom(latentSeed(), Stream.CONSISTENCY, step, 2 * k + side), 1);
    }
    programs.logitPenalties.begin();
    boolean last = k == discriminatorSteps - 1;
    boolean areThere = last && programs.discriminateFakes.isPresent();
    // The generator's step makes the same pictures again, and its states follow them then.
    boolean follows = !(last && settings.training().sameFakes());
    StepOutputs generator = programs.generatorOutputs;
    StepOutputs discriminator = programs.discriminatorOutputs;
    generator.beginMore();
    discriminator.begin();
    double loss = 0;
    double realLogit = 0;
    double fakeLogit = 0;
    Map<String, Double> terms = new LinkedHashMap<>();
    for (int i = 0; i < whole.count; i++) {
      if (!areThere) {
        whole.loadLatents(i);
        programs.makeFakes.orElseThrow().run();
        whole.keepFake(i);
        if (follows) {
          generator.addStates();
        }
      }
      whole.loadReal(i);
      whole.loadFakeAugmentation(i);
      whole.loadMoves(i);
      programs.discriminatorStep.run();
      programs.logitPenalties.addValues(1.0 / whole.count, terms);
      discriminator.add(1.0 / whole.count);
      loss += HostArray.first(arrays.loss);
      realLogit += HostArray.first(arrays.realLogit) / whole.count;
      fakeLogit += HostArray.first(arrays.fakeLogit) / whole.count;
      iteration.realSigns += HostArray.first(arrays.realSigns);
      iteration.logits.add(arrays.logits.read());
      iteration.perplexity += HostArray.first(arrays.perplexity) / whole.count;
    }
    iteration.discriminatorLoss += finite("discriminator", loss / whole.count, step);
    iteration.realLogit += realLogit;
    iteration.fakeLogit += fakeLogit;
    iteration.penalties.putAll(terms);
    programs.logitPenalties.end(realLogit, fakeLogit);
    if (follows) {
      generator.finish();
    }
    discriminator.finish();
    programs.discriminatorPenalties.update(
        (step - 1) * discriminatorSteps + k,
        latentSeed(),
        step,
        () -> {
          if (settings.training().regularisation() == TrainingSettings.Regularisation.SEPARATE) {
            augment(whole.realAugmentation, step, 2 * discriminatorSteps + 1 + k);
          }
        },
        whole.count,
        this::loadImages,
        iteration.penalties);
    iteration.discriminatorNanoseconds += System.nanoTime() - start;
  }

  /** What penalties of the discriminator read; of one micro-batch it is all there. */
  private void loadImages(int index) {
    if (whole.count > 1) {
      whole.loadReal(index);
      whole.loadLatents(index);
      whole.loadFake(index);
      whole.loadFakeAugmentation(index);
    }
  }

  private void generatorStep(Iteration iteration) {
    long step = iteration.step;
    int discriminatorSteps = settings.training().discriminatorSteps();
    programs.chooseTopK((step - 1) * settings.training().imagesPerStep());
    if (programs.discriminateFakes.isPresent()) {
      drawFakes(iteration, discriminatorSteps - 1);
      programs.generatorStep.run(
          () -> {
            discriminatorStep(iteration, discriminatorSteps - 1);
            augment(whole.fakeAugmentation, step, 2 * discriminatorSteps);
            programs.judgeReal.ifPresent(Program::run);
            programs.discriminateFakes.get().run();
            iteration.generatorLoss = finite("generator", HostArray.first(arrays.loss), step);
          });
    } else {
      if (settings.training().sameFakes()) {
        drawFakes(iteration, discriminatorSteps - 1);
      } else {
        drawLatents(iteration, Stream.GENERATOR_LATENT, 0, judged());
      }
      augment(whole.fakeAugmentation, step, 2 * discriminatorSteps);
      generateAndDiscriminate(iteration);
    }
    programs.generatorPenalties.update(
        step - 1,
        latentSeed(),
        step,
        () -> {},
        whole.count,
        whole::loadLatents,
        iteration.penalties);
  }

  /** Of which discriminator step the real pictures are that the generator's step judges. */
  private int judged() {
    return settings.training().first() == TrainingSettings.First.GENERATOR
        ? 0
        : settings.training().discriminatorSteps() - 1;
  }

  private void generateAndDiscriminate(Iteration iteration) {
    StepOutputs generator = programs.generatorOutputs;
    StepOutputs discriminator = programs.discriminatorOutputs;
    generator.begin();
    discriminator.beginMore();
    double loss = 0;
    for (int i = 0; i < whole.count; i++) {
      whole.loadLatents(i);
      whole.loadFakeAugmentation(i);
      if (programs.judgeReal.isPresent()) {
        whole.loadReal(i);
        programs.judgeReal.get().run();
      }
      programs.generatorStep.run();
      programs.keepStyles(i);
      generator.add(1.0 / whole.count);
      discriminator.addStates();
      loss += HostArray.first(arrays.loss);
    }
    iteration.generatorLoss = finite("generator", loss / whole.count, iteration.step);
    generator.finish();
    discriminator.finish();
  }

  private void augment(AugmentationDraws draws, long step, int index) {
    draws.draw(
        new CounterRandom(latentSeed(), Stream.DIFF_AUGMENT, step, index),
        programs.probability.value());
  }

  private static double finite(String network, double loss, long step) {
    return DivergedException.requireFinite(network + "'s loss", loss, step);
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

  /** Moving averages of logits, for a penalty that reads them. */
  public LogitMeans logitMeans() {
    return programs.logitPenalties.means();
  }

  /** Goes on from such averages. */
  public void restore(LogitMeans means) {
    programs.logitPenalties.restore(means);
  }

  /** Where adaptive augmentation is. */
  public TrainingState.Adaptation adaptation() {
    return programs.probability.state();
  }

  /** Goes on from where adaptive augmentation was. */
  public void restore(TrainingState.Adaptation adaptation) {
    programs.probability.restore(adaptation);
  }

  private long latentSeed() {
    return settings.seed() + redraws * 0x9E3779B97F4A7C15L;
  }

  /** What the steps' programs are compiled by. */
  public ProgramCompiler compiler() {
    return compiler;
  }

  /** The images that the networks are made for. */
  public ImageSpec spec() {
    return programs.spec;
  }

  /** Off-heap bytes that the compiled steps hold for intermediate results. */
  public long plannedBytes() {
    return programs.plannedBytes();
  }

  /** The real images that the newest discriminator step took; of several micro-batches the last. */
  public FloatVector lastReal() {
    return arrays.real;
  }

  /** The images that were generated for that step or after it, as {@link #lastReal}. */
  public FloatVector lastGenerated() {
    return arrays.fake;
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
