package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.augmentation.DiffAugmentDraws;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import io.troupe.models.networks.GanNetworks;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A GAN in training. One iteration is a number of discriminator steps, each on new real pictures
 * and new fakes in one pass, and one generator step. Its result is a function of the settings, the
 * networks before it, and the step's number.
 *
 * <p>Not thread-safe: one thread uses it at a time.
 */
public final class GanTraining implements AutoCloseable {
  private static final int GENERATOR_ID = 1;
  private static final int DISCRIMINATOR_ID = 2;

  private final RunSettings settings;
  private final int size;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Workspace workspace = own(new Workspace());
  private final StepGraphs graphs;
  private final TrainedNetwork generator;
  private final TrainedNetwork discriminator;
  private final Latents latents;
  private final DiffAugmentDraws realAugmentation;
  private final DiffAugmentDraws fakeAugmentation;
  private final INDArray real;
  private final FloatBuffer realPixels;
  private final OneHot realClasses;
  private final INDArray loss = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final INDArray realLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final INDArray fakeLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final INDArray perplexity = own(Nd4j.scalar(DataType.FLOAT, Float.NaN));
  private final Program makeFakes;
  private final Program discriminatorStep;
  private final Program generatorStep;
  private final Optional<LazyPenalty> penalty;
  private final Optional<LazyPathLength> pathLength;
  private int redraws;

  /**
   * Networks with initial values, and their compiled steps.
   *
   * @param classes number of classes of the real pictures
   */
  public GanTraining(RunSettings settings, int classes, ProgramCompiler compiler) {
    this.settings = settings;
    RunSettings.Training training = settings.training();
    int batch = training.batch();
    GanNetworks networks = GanNetworks.of(settings.network(), classes);
    size = networks.size();
    latents =
        own(
            new Latents(
                networks, batch, settings.network().latentSize(), classes, training.styleMixing()));
    RunSettings.DiffAugment chosen = training.diffAugment();
    DiffAugment augmentation =
        new DiffAugment(chosen.color(), chosen.translation(), chosen.cutout());
    graphs = new StepGraphs(training, networks, latents, augmentation, classes);
    realClasses = own(new OneHot(batch, classes));
    real = own(Nd4j.create(DataType.FLOAT, graphs.pictures()));
    realPixels = real.data().asNioFloat();
    INDArray fake = own(Nd4j.create(DataType.FLOAT, graphs.pictures()));
    realAugmentation = own(new DiffAugmentDraws(augmentation, DataType.FLOAT, graphs.pictures()));
    fakeAugmentation = own(new DiffAugmentDraws(augmentation, DataType.FLOAT, graphs.pictures()));

    GraphBuilder fakes = new GraphBuilder(DataType.FLOAT);
    ParameterLayout layout = graphs.fakes(fakes);
    generator = own(new TrainedNetwork(layout, training.generator(), training.clipNorm()));
    generator.values().initialise(settings.seed(), GENERATOR_ID);
    GraphBuilder judging = new GraphBuilder(DataType.FLOAT);
    layout = graphs.discriminatorStep(judging);
    discriminator = own(new TrainedNetwork(layout, training.discriminator(), training.clipNorm()));
    discriminator.values().initialise(settings.seed(), DISCRIMINATOR_ID);

    // The largest first, whose memory then does for all.
    Optional<INDArray> styles =
        training.pathLength().weight() > 0
            ? Optional.of(
                own(
                    Nd4j.create(
                        DataType.FLOAT,
                        batch,
                        networks.styles(),
                        settings.network().stylegan2().styleSize())))
            : Optional.empty();
    generatorStep = own(compiler.compile(generatorBindings(styles)));
    pathLength =
        styles.map(
            array ->
                own(
                    new LazyPathLength(
                        training.pathLength(),
                        generator,
                        graphs,
                        bindings -> generating(bindings),
                        array,
                        compiler)));
    penalty =
        training.gradientPenalty().weight() > 0
            ? Optional.of(own(lazyPenalty(compiler)))
            : Optional.empty();
    discriminatorStep =
        own(
            compiler.compile(
                judging(
                        new Bindings(
                            judging.build(
                                StepGraphs.LOSS,
                                discriminator.parameters(StepGraphs.DISCRIMINATOR))))
                    .bindNextStates(StepGraphs.DISCRIMINATOR, discriminator.values())
                    .bindGradients(StepGraphs.DISCRIMINATOR, discriminator.gradients())
                    .bind(StepGraphs.REAL, real)
                    .bind(StepGraphs.FAKE, fake)
                    .bind(StepGraphs.FAKE_CLASSES, latents.classes())
                    .bind(StepGraphs.LOSS, loss)
                    .bind(StepGraphs.REAL_LOGIT, realLogit)
                    .bind(StepGraphs.FAKE_LOGIT, fakeLogit)
                    .bindIfPresent(StepGraphs.PERPLEXITY, perplexity)));
    makeFakes =
        own(
            compiler.compile(
                generating(new Bindings(fakes.build()))
                    .bindNextStates(StepGraphs.GENERATOR, generator.values())
                    .bind(StepGraphs.IMAGES, fake)));
  }

  private Bindings generatorBindings(Optional<INDArray> styles) {
    Bindings bindings =
        generating(
                new Bindings(
                    graphs.generatorStep(
                        new GraphBuilder(DataType.FLOAT),
                        generator.parameters(StepGraphs.GENERATOR))))
            .bindNextStates(StepGraphs.GENERATOR, generator.values())
            .bindGradients(StepGraphs.GENERATOR, generator.gradients())
            .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values())
            .bindNextStates(StepGraphs.DISCRIMINATOR, discriminator.values())
            .bind(StepGraphs.LOSS, loss);
    fakeAugmentation.bind(bindings, StepGraphs.FAKE_AUGMENTATION);
    styles.ifPresent(array -> bindings.bind(StepGraphs.STYLES, array));
    return bindings;
  }

  private LazyPenalty lazyPenalty(ProgramCompiler compiler) {
    return new LazyPenalty(
        settings.training().gradientPenalty(),
        discriminator,
        StepGraphs.DISCRIMINATOR,
        graphs::realLogits,
        bindings ->
            realAugmentation.bind(
                bindings
                    .workspace(workspace)
                    .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values())
                    .bind(StepGraphs.REAL_CLASSES, realClasses.array()),
                StepGraphs.REAL_AUGMENTATION),
        real,
        compiler);
  }

  /** Binds what a graph reads of the generator, and the memory. */
  private Bindings generating(Bindings bindings) {
    return latents.bind(
        bindings.workspace(workspace).bindNetwork(StepGraphs.GENERATOR, generator.values()));
  }

  /** Binds what a graph with real and generated pictures reads, apart from the pictures. */
  private Bindings judging(Bindings bindings) {
    realAugmentation.bind(bindings, StepGraphs.REAL_AUGMENTATION);
    return fakeAugmentation
        .bind(bindings, StepGraphs.FAKE_AUGMENTATION)
        .workspace(workspace)
        .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values())
        .bind(StepGraphs.REAL_CLASSES, realClasses.array());
  }

  /**
   * One iteration.
   *
   * @param step its number, from 1
   * @param images real pictures in [-1, 1], one after the other, [discriminatorSteps * batch, size,
   *     size, 3]
   * @param labels their classes
   * @throws DivergedException if a loss is not finite
   */
  public StepResult step(long step, FloatBuffer images, int[] labels) {
    int batch = settings.training().batch();
    int discriminatorSteps = settings.training().discriminatorSteps();
    double discriminatorLoss = 0;
    double realSum = 0;
    double fakeSum = 0;
    double perplexitySum = 0;
    double gradientPenalty = Double.NaN;
    double pathPenalty = Double.NaN;
    long start = System.nanoTime();
    for (int k = 0; k < discriminatorSteps; k++) {
      latents.draw(latentSeed(), Stream.DISCRIMINATOR_LATENT, step, k);
      makeFakes.run();
      int length = realPixels.capacity();
      realPixels.put(0, images, k * length, length);
      for (int row = 0; row < batch; row++) {
        realClasses.set(row, labels[k * batch + row]);
      }
      augment(realAugmentation, step, 2 * k);
      augment(fakeAugmentation, step, 2 * k + 1);
      discriminatorStep.run();
      discriminatorLoss += finite("discriminator", step);
      realSum += realLogit.getDouble(0);
      fakeSum += fakeLogit.getDouble(0);
      perplexitySum += perplexity.getDouble(0);
      long count = (step - 1) * discriminatorSteps + k;
      if (penalty.isPresent() && penalty.get().isDue(count)) {
        gradientPenalty = penalty.get().add();
      }
      discriminator.adam().update();
    }
    long middle = System.nanoTime();
    latents.draw(latentSeed(), Stream.GENERATOR_LATENT, step, 0);
    augment(fakeAugmentation, step, 2 * discriminatorSteps);
    generatorStep.run();
    double generatorLoss = finite("generator", step);
    if (pathLength.isPresent() && pathLength.get().isDue(step)) {
      pathPenalty = pathLength.get().add(latentSeed(), step);
    }
    generator.adam().update();
    return new StepResult(
        step,
        discriminatorLoss / discriminatorSteps,
        generatorLoss,
        realSum / discriminatorSteps,
        fakeSum / discriminatorSteps,
        perplexitySum / discriminatorSteps,
        gradientPenalty,
        pathPenalty,
        (middle - start) * 1e-9,
        (System.nanoTime() - middle) * 1e-9);
  }

  private void augment(DiffAugmentDraws draws, long step, int index) {
    draws.draw(new CounterRandom(latentSeed(), Stream.DIFF_AUGMENT, step, index));
  }

  private double finite(String network, long step) {
    double value = loss.getDouble(0);
    if (!Double.isFinite(value)) {
      throw new DivergedException(network, step, value);
    }
    return value;
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
    return size;
  }

  /** Off-heap bytes that the compiled steps hold for intermediate results. */
  public long plannedBytes() {
    return workspace.bytes()
        + makeFakes.plannedBytes()
        + discriminatorStep.plannedBytes()
        + generatorStep.plannedBytes()
        + penalty.map(LazyPenalty::plannedBytes).orElse(0L)
        + pathLength.map(LazyPathLength::plannedBytes).orElse(0L);
  }

  /** The generator. */
  public TrainedNetwork generator() {
    return generator;
  }

  /** The discriminator. */
  public TrainedNetwork discriminator() {
    return discriminator;
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  @Override
  public void close() {
    Resources.closeInReverse(owned);
  }
}
