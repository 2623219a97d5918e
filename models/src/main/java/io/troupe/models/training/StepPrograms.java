package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.augmentation.DiffAugmentDraws;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.penalties.DiscriminatorPenalty;
import io.troupe.models.penalties.NetworkFunction;
import io.troupe.models.penalties.PenaltyContext;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The networks of a training and the programs of its steps, with the arrays that they read and
 * write. Owns all of them. Which runs when is {@link GanTraining}'s.
 */
final class StepPrograms implements AutoCloseable {
  private static final int GENERATOR_ID = 1;
  private static final int DISCRIMINATOR_ID = 2;

  private RunSettings settings;
  final int size;
  private final Resources owned;
  private final Workspace workspace;
  private final StepGraphs graphs;
  final TrainedNetwork generator;
  final TrainedNetwork discriminator;
  final Latents latents;
  final DiffAugmentDraws realAugmentation;
  final DiffAugmentDraws fakeAugmentation;
  private final INDArray real;
  private final INDArray fake;
  final boolean generatorReadsReal;
  final FloatVector realPixels;
  final OneHot realClasses;
  final INDArray loss;
  final INDArray realLogit;
  final INDArray fakeLogit;
  final INDArray perplexity;
  final Optional<Program> makeFakes;
  final Program discriminatorStep;
  final Program generatorStep;
  final Optional<Program> judgeFakes;
  private final Optional<LazyPathLength> pathLength;
  final Penalties generatorPenalties;
  final Penalties discriminatorPenalties;

  /**
   * Networks with initial values, and their compiled steps; if one cannot be compiled, nothing is
   * left of the others.
   *
   * @param classes number of classes of the real pictures
   */
  static StepPrograms of(RunSettings settings, int classes, ProgramCompiler compiler) {
    Resources owned = new Resources();
    try {
      return new StepPrograms(settings, classes, compiler, owned);
    } catch (RuntimeException | Error e) {
      try {
        owned.close();
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private StepPrograms(
      RunSettings settings, int classes, ProgramCompiler compiler, Resources owned) {
    this.settings = settings;
    this.owned = owned;
    workspace = own(new Workspace());
    loss = own(Nd4j.scalar(DataType.FLOAT, 0));
    realLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
    fakeLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
    perplexity = own(Nd4j.scalar(DataType.FLOAT, Float.NaN));
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
    AdversarialLoss adversarialLoss = AdversarialLoss.named(training.loss());
    graphs = new StepGraphs(training, adversarialLoss, networks, latents, augmentation, classes);
    generatorReadsReal = adversarialLoss.isRelativistic();
    realClasses = own(new OneHot(batch, classes));
    realPixels = own(FloatVector.zeros(graphs.pictures()));
    real = realPixels.array();
    fake = own(Nd4j.create(DataType.FLOAT, graphs.pictures()));
    realAugmentation = own(new DiffAugmentDraws(augmentation, DataType.FLOAT, graphs.pictures()));
    fakeAugmentation = own(new DiffAugmentDraws(augmentation, DataType.FLOAT, graphs.pictures()));

    GraphBuilder fakes = new GraphBuilder(DataType.FLOAT);
    ParameterLayout layout = graphs.fakes(fakes);
    generator = own(new TrainedNetwork(layout, generatorAdam(training), training.clipNorm()));
    generator.values().initialise(settings.seed(), GENERATOR_ID);
    GraphBuilder judging = new GraphBuilder(DataType.FLOAT);
    layout = graphs.discriminatorStep(judging);
    discriminator =
        own(new TrainedNetwork(layout, discriminatorAdam(training), training.clipNorm()));
    discriminator.values().initialise(settings.seed(), DISCRIMINATOR_ID);

    generatorPenalties = new Penalties(training.regularisation(), generator, owned);
    // The largest first, whose memory then does for all.
    boolean judgesAgain = training.sameFakes();
    INDArray slope = own(Nd4j.create(DataType.FLOAT, judgesAgain ? fake.shape() : new long[] {1}));
    Bindings generatorBindings = judgesAgain ? pausedGenerator(slope) : generatorAndDiscriminator();
    if (training.pathLength().weight() > 0) {
      PathLengthParts parts = pathLengthParts(networks, classes);
      if (graphs.pathLengthOfTheStep()) {
        generatorBindings.bind(StepGraphs.STYLES, parts.styles());
      }
      generatorStep = own(compiler.compile(generatorBindings));
      pathLength = Optional.of(lazyPathLength(parts, compiler));
    } else {
      generatorStep = own(compiler.compile(generatorBindings));
      pathLength = Optional.empty();
    }
    pathLength.ifPresent(generatorPenalties::add);
    discriminatorPenalties = new Penalties(training.regularisation(), discriminator, owned);
    DiscriminatorContext context = new DiscriminatorContext(compiler);
    DiscriminatorPenalty.all()
        .flatMap(kind -> kind.of(training, context).stream())
        .forEach(discriminatorPenalties::add);
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
                    .bind(StepGraphs.LOSS, loss)
                    .bind(StepGraphs.REAL_LOGIT, realLogit)
                    .bind(StepGraphs.FAKE_LOGIT, fakeLogit)
                    .bindIfPresent(StepGraphs.PERPLEXITY, perplexity)));
    judgeFakes =
        judgesAgain ? Optional.of(own(compiler.compile(judging(slope)))) : Optional.empty();
    makeFakes =
        judgesAgain && training.discriminatorSteps() == 1
            ? Optional.empty()
            : Optional.of(
                own(
                    compiler.compile(
                        generating(new Bindings(fakes.build()))
                            .bindNextStates(StepGraphs.GENERATOR, generator.values())
                            .bind(StepGraphs.IMAGES, fake))));
  }

  /**
   * What of the settings is in the programs and their arrays; all else may change while they stay.
   *
   * @param mixing whether there are styles of two latent vectors
   */
  private record Compiled(
      RunSettings.Network network,
      int batch,
      int discriminatorSteps,
      String loss,
      boolean mixing,
      boolean sameFakes,
      RunSettings.Regularisation regularisation,
      Optional<RunSettings.GradientPenalty> penalty,
      Optional<RunSettings.PathLength> pathLength,
      RunSettings.DiffAugment diffAugment) {
    static Compiled of(RunSettings settings) {
      RunSettings.Training training = settings.training();
      return new Compiled(
          settings.network(),
          training.batch(),
          training.discriminatorSteps(),
          training.loss(),
          training.styleMixing() > 0,
          training.sameFakes(),
          training.regularisation(),
          Optional.of(training.gradientPenalty()).filter(penalty -> penalty.weight() > 0),
          Optional.of(training.pathLength()).filter(penalty -> penalty.weight() > 0),
          training.diffAugment());
    }
  }

  /** Whether these programs are those of other settings too. */
  boolean fit(RunSettings others) {
    return Compiled.of(settings).equals(Compiled.of(others));
  }

  /** Has other settings from now on, which these programs {@link #fit}. */
  void adopt(RunSettings changed) {
    settings = changed;
    RunSettings.Training training = changed.training();
    generator.adam().set(generatorAdam(training), training.clipNorm());
    discriminator.adam().set(discriminatorAdam(training), training.clipNorm());
    latents.setMixingShare(training.styleMixing());
    pathLength.ifPresent(path -> path.setMixingShare(training.styleMixing()));
  }

  private Bindings generatorAndDiscriminator() {
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
    return judged(bindings);
  }

  /** Binds what the discriminator reads of images, if the graph has them, and of their draws. */
  private Bindings judged(Bindings bindings) {
    realAugmentation.bind(bindings, StepGraphs.REAL_AUGMENTATION);
    return fakeAugmentation
        .bind(bindings, StepGraphs.FAKE_AUGMENTATION)
        .bindIfPresent(StepGraphs.REAL, real)
        .bindIfPresent(StepGraphs.REAL_CLASSES, realClasses.array())
        .bindIfPresent(StepGraphs.FAKE, fake)
        .bindIfPresent(StepGraphs.FAKE_CLASSES, latents.classes());
  }

  /** In memory of its own: the discriminator's programs run in its pause. */
  private Bindings pausedGenerator(INDArray slope) {
    return latents
        .bind(
            new Bindings(
                graphs.pausedGeneratorStep(
                    new GraphBuilder(DataType.FLOAT), generator.parameters(StepGraphs.GENERATOR))))
        .bindNetwork(StepGraphs.GENERATOR, generator.values())
        .bind(StepGraphs.IMAGES, fake)
        .bind(StepGraphs.SLOPE, slope)
        .bindNextStates(StepGraphs.GENERATOR, generator.values())
        .bindGradients(StepGraphs.GENERATOR, generator.gradients())
        .pause(StepGraphs.IMAGES, StepGraphs.SLOPE);
  }

  /** What runs in that pause when the discriminator is updated. */
  private Bindings judging(INDArray slope) {
    Bindings bindings =
        new Bindings(graphs.judgedFakes(new GraphBuilder(DataType.FLOAT)))
            .workspace(workspace)
            .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values())
            .bindNextStates(StepGraphs.DISCRIMINATOR, discriminator.values())
            .bind(StepGraphs.SLOPE, slope)
            .bind(StepGraphs.LOSS, loss);
    return judged(bindings);
  }

  private static RunSettings.Adam generatorAdam(RunSettings.Training training) {
    return isSeparate(training)
        ? training.generator().withRegulariserEvery(training.pathLength().every())
        : training.generator();
  }

  private static RunSettings.Adam discriminatorAdam(RunSettings.Training training) {
    return isSeparate(training)
        ? training.discriminator().withRegulariserEvery(training.gradientPenalty().every())
        : training.discriminator();
  }

  /** Whether a regulariser that is due has an update of its own. */
  static boolean isSeparate(RunSettings.Training training) {
    return training.regularisation() == RunSettings.Regularisation.SEPARATE;
  }

  /**
   * What path length is computed of.
   *
   * @param graphs of as many pictures as there are styles
   * @param newLatents if it is not of the step's styles
   */
  private record PathLengthParts(
      INDArray styles, StepGraphs graphs, Optional<Latents> newLatents) {}

  private PathLengthParts pathLengthParts(GanNetworks networks, int classes) {
    RunSettings.Training training = settings.training();
    Optional<Latents> own = Optional.empty();
    StepGraphs parts = graphs;
    if (!graphs.pathLengthOfTheStep()) {
      Latents fewer =
          own(
              new Latents(
                  networks,
                  training.batch() / training.pathLength().batchShrink(),
                  settings.network().latentSize(),
                  classes,
                  training.styleMixing()));
      own = Optional.of(fewer);
      parts = graphs.with(fewer);
    }
    INDArray styles =
        own(
            Nd4j.create(
                DataType.FLOAT,
                own.orElse(latents).batch(),
                networks.styles(),
                networks.styled().orElseThrow().styleSize()));
    return new PathLengthParts(styles, parts, own);
  }

  private LazyPathLength lazyPathLength(PathLengthParts parts, ProgramCompiler compiler) {
    Latents read = parts.newLatents().orElse(latents);
    return new LazyPathLength(
        settings.training().pathLength(),
        generator,
        generatorPenalties.gradients(),
        parts.graphs(),
        bindings ->
            read.bind(
                bindings
                    .workspace(workspace)
                    .bindNetwork(StepGraphs.GENERATOR, generator.values())),
        parts.styles(),
        parts.newLatents(),
        compiler,
        owned);
  }

  /** Binds what a graph reads of the generator, and the memory. */
  private Bindings generating(Bindings bindings) {
    return latents.bind(
        bindings.workspace(workspace).bindNetwork(StepGraphs.GENERATOR, generator.values()));
  }

  /** Binds what a graph with the discriminator reads, and the memory. */
  private Bindings judging(Bindings bindings) {
    return judged(bindings)
        .workspace(workspace)
        .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values());
  }

  /** What penalties of the discriminator are made of. */
  private final class DiscriminatorContext implements PenaltyContext {
    private final ProgramCompiler compiler;

    DiscriminatorContext(ProgramCompiler compiler) {
      this.compiler = compiler;
    }

    @Override
    public NetworkFunction realLogits() {
      return graphs::realLogits;
    }

    @Override
    public NetworkFunction fakeLogits() {
      return graphs::fakeLogits;
    }

    @Override
    public INDArray real() {
      return real;
    }

    @Override
    public INDArray fake() {
      return fake;
    }

    @Override
    public List<String> parameters() {
      return discriminator.parameters(StepGraphs.DISCRIMINATOR);
    }

    @Override
    public Program compile(Bindings bindings) {
      return own(
          compiler.compile(
              judging(bindings)
                  .bindGradients(StepGraphs.DISCRIMINATOR, discriminatorPenalties.gradients())));
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
      return owned.own(resource);
    }
  }

  /** Off-heap bytes that the programs hold for intermediate results. */
  long plannedBytes() {
    return workspace.bytes()
        + makeFakes.map(Program::plannedBytes).orElse(0L)
        + discriminatorStep.plannedBytes()
        + generatorStep.plannedBytes()
        + judgeFakes.map(Program::plannedBytes).orElse(0L)
        + generatorPenalties.plannedBytes()
        + discriminatorPenalties.plannedBytes();
  }

  private <T extends AutoCloseable> T own(T resource) {
    return owned.own(resource);
  }

  @Override
  public void close() {
    owned.close();
  }
}
