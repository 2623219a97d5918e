package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.TopK;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.penalties.DiscriminatorPenalty;
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
  static final int GENERATOR_ID = 1;
  static final int DISCRIMINATOR_ID = 2;

  private RunSettings settings;
  final ImageSpec spec;
  private final Resources owned;
  private final StepGraphs graphs;
  final StepArrays arrays;
  final WholeBatch whole;
  final AdaptiveProbability probability;
  final LogitPenalties logitPenalties;
  final TrainedNetwork generator;
  final TrainedNetwork discriminator;
  final StepOutputs generatorOutputs;
  final StepOutputs discriminatorOutputs;
  private final Optional<PathLengthInputs> pathLengthInputs;
  private final Optional<TopK> topK;

  /** For a generator step that reads logits of real images. */
  final Optional<Program> judgeReal;

  final Optional<Program> makeFakes;
  final Program discriminatorStep;
  final Program generatorStep;
  final Optional<Program> discriminateFakes;
  final Penalties generatorPenalties;
  final Penalties discriminatorPenalties;

  /**
   * Networks of zeros, and their compiled steps; if one cannot be compiled, nothing is left of the
   * others.
   *
   * @param spec of the real pictures
   */
  static StepPrograms of(RunSettings settings, ImageSpec spec, ProgramCompiler compiler) {
    Resources owned = new Resources();
    try {
      return new StepPrograms(settings, spec, compiler, owned);
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
      RunSettings settings, ImageSpec spec, ProgramCompiler compiler, Resources owned) {
    this.settings = settings;
    this.spec = spec;
    this.owned = owned;
    TrainingSettings training = settings.training();
    int classes = spec.classes();
    GanNetworks networks = GanNetworks.of(settings.network(), spec);
    Latents drawn = latents(networks, classes, training.batch());
    Latents latents =
        training.imagesAtOnce() == training.batch()
            ? drawn
            : latents(networks, classes, training.imagesAtOnce());
    Augmentation augmentation = Augmentation.of(training);
    probability = new AdaptiveProbability(training.ada());
    AdversarialLoss adversarialLoss = AdversarialLoss.named(training.loss());
    topK =
        training.topK().isWanted()
            ? Optional.of(own(new TopK(training.imagesAtOnce())))
            : Optional.empty();
    graphs = new StepGraphs(training, adversarialLoss, networks, latents, augmentation, classes);
    arrays =
        new StepArrays(latents, augmentation, graphs.moves(), classes, owned, graphs.pictures());
    logitPenalties = new LogitPenalties(graphs.logitPenalties(), training, owned);
    whole = new WholeBatch(drawn, arrays, augmentation, owned, graphs.with(drawn).pictures());

    GraphBuilder fakes = new GraphBuilder(DataType.FLOAT);
    ParameterLayout layout = graphs.fakes(fakes);
    generator =
        own(
            new TrainedNetwork(
                layout, generatorAdam(training), training.clipNorm(), List.of(), compiler));
    generatorOutputs = own(StepOutputs.of(generator, whole.count, compiler));
    GraphBuilder discriminating = new GraphBuilder(DataType.FLOAT);
    layout = graphs.discriminatorStep(discriminating);
    discriminator =
        own(
            new TrainedNetwork(
                layout,
                discriminatorAdam(training),
                training.clipNorm(),
                FreezeD.blocks(networks, training.freezeD()),
                compiler));
    discriminatorOutputs = own(StepOutputs.of(discriminator, whole.count, compiler));

    generatorPenalties =
        penalties("generator", training.regularisation(), generator, generatorOutputs, compiler);
    // Those of penalties are float32 in every precision.
    Precision precision = precision(settings.compute());
    ProgramCompiler steps = bindings -> compiler.compile(bindings.precision(precision));
    // The largest first, whose memory then does for all.
    // The discriminator's update is after the last micro-batch, when others' pictures are gone.
    boolean pauses = training.sameFakes() && whole.count == 1;
    INDArray slope = own(Nd4j.create(DataType.FLOAT, pauses ? graphs.pictures() : new long[] {1}));
    Bindings generatorBindings = pauses ? pausedGenerator(slope) : generatorAndDiscriminator();
    if (training.pathLength().weight() > 0) {
      PathLengthInputs inputs =
          PathLengthInputs.of(settings, networks, classes, graphs, latents, whole, owned);
      if (!inputs.areNew()) {
        generatorBindings.bind(StepGraphs.STYLES, inputs.styles().array());
      }
      pathLengthInputs = Optional.of(inputs);
      generatorStep = own(steps.compile(generatorBindings));
      generatorPenalties.add(
          new LazyPathLength(
              training,
              inputs,
              generator,
              generatorPenalties.gradients(),
              generatorOutputs,
              arrays,
              compiler,
              owned));
    } else {
      generatorStep = own(steps.compile(generatorBindings));
      pathLengthInputs = Optional.empty();
    }
    discriminatorPenalties =
        penalties(
            "discriminator",
            training.regularisation(),
            discriminator,
            discriminatorOutputs,
            compiler);
    StepPenaltyContext context =
        new StepPenaltyContext(
            graphs, arrays, discriminator, discriminatorPenalties, compiler, owned);
    DiscriminatorPenalty.all()
        .flatMap(kind -> kind.of(training, context).stream())
        .forEach(discriminatorPenalties::add);
    discriminatorStep =
        own(
            steps.compile(
                bindDiscriminatorStates(
                        arrays.bindDiscriminating(
                            logitPenalties.bind(
                                new Bindings(
                                    discriminating.build(
                                        StepGraphs.LOSS,
                                        discriminator.parameters(StepGraphs.DISCRIMINATOR)))),
                            discriminator))
                    .bindGradients(StepGraphs.DISCRIMINATOR, discriminatorOutputs.gradients())
                    .bind(StepGraphs.LOSS, arrays.loss)
                    .bind(StepGraphs.REAL_LOGIT, arrays.realLogit)
                    .bind(StepGraphs.FAKE_LOGIT, arrays.fakeLogit)
                    .bindIfPresent(StepGraphs.REAL_SIGNS, arrays.realSigns)
                    .bind(StepGraphs.LOGITS, arrays.logits.array())
                    .bindIfPresent(StepGraphs.PERPLEXITY, arrays.perplexity)));
    judgeReal =
        adversarialLoss.isRelativistic()
            ? Optional.of(
                own(
                    steps.compile(
                        arrays.bindDiscriminating(
                            new Bindings(graphs.realLogits(new GraphBuilder(DataType.FLOAT))),
                            discriminator))))
            : Optional.empty();
    discriminateFakes =
        pauses ? Optional.of(own(steps.compile(discriminatedFakes(slope)))) : Optional.empty();
    makeFakes =
        pauses && training.discriminatorSteps() == 1
            ? Optional.empty()
            : Optional.of(
                own(
                    steps.compile(
                        arrays
                            .bindGenerating(new Bindings(fakes.build()), generator)
                            .bindNextStates(StepGraphs.GENERATOR, generatorOutputs.nextStates())
                            .bind(StepGraphs.IMAGES, arrays.fake.array()))));
  }

  /** Gives the networks the initial values of the settings' seed. */
  void initialise() {
    generator.values().initialise(settings.seed(), GENERATOR_ID);
    discriminator.values().initialise(settings.seed(), DISCRIMINATOR_ID);
  }

  private Latents latents(GanNetworks networks, int classes, int batch) {
    return own(
        new Latents(
            networks,
            batch,
            settings.network().latentSize(),
            classes,
            settings.training().styleMixing()));
  }

  /**
   * Has the generator learn from as many images as is due.
   *
   * @param after how many real images of training
   */
  void chooseTopK(long after) {
    topK.ifPresent(some -> some.set(settings.training().topK(), after));
  }

  /** Keeps what penalties read of a micro-batch of the generator's step. */
  void keepStyles(int index) {
    pathLengthInputs
        .filter(inputs -> !inputs.areNew())
        .ifPresent(inputs -> inputs.keepStyles(index));
  }

  private static Precision precision(RunSettings.Compute settings) {
    return switch (settings.precision()) {
      case FLOAT32 -> Precision.FLOAT32;
      case MIXED ->
          Precision.mixed(
              settings.engine() == RunSettings.Compute.Engine.TORCH
                  ? Bfloat16Choice.always(Bfloat16Algorithm.NATIVE)
                  : Bfloat16Choice.parse(settings.bfloat16()));
      case AUTO -> throw new IllegalArgumentException("compute.precision is still auto");
    };
  }

  /** Whether these programs are those of other settings too. */
  boolean fit(RunSettings others) {
    return CompiledSettings.of(settings).equals(CompiledSettings.of(others));
  }

  /** Has other settings from now on, which these programs {@link #fit}. */
  void adopt(RunSettings changed) {
    settings = changed;
    apply(changed.training());
  }

  /** Has the constants of a step from now on. */
  void apply(TrainingSettings training) {
    generator.adam().set(generatorAdam(training), training.clipNorm());
    discriminator.adam().set(discriminatorAdam(training), training.clipNorm());
    whole.latents.setMixingShare(training.styleMixing());
    probability.adopt(training.ada());
    logitPenalties.adopt(training);
    generatorPenalties.adopt(training);
    discriminatorPenalties.adopt(training);
  }

  private Bindings generatorAndDiscriminator() {
    Bindings bindings =
        arrays
            .bindGenerating(
                new Bindings(
                    graphs.generatorStep(
                        new GraphBuilder(DataType.FLOAT),
                        generator.parameters(StepGraphs.GENERATOR))),
                generator)
            .bindNextStates(StepGraphs.GENERATOR, generatorOutputs.nextStates())
            .bindGradients(StepGraphs.GENERATOR, generatorOutputs.gradients())
            .bind(StepGraphs.LOSS, arrays.loss);
    topK.ifPresent(some -> some.bind(bindings));
    return bindDiscriminatorStates(arrays.bindDiscriminating(bindings, discriminator));
  }

  /** In memory of its own: the discriminator's programs run in its pause. */
  private Bindings pausedGenerator(INDArray slope) {
    return arrays
        .latents
        .bind(
            new Bindings(
                graphs.pausedGeneratorStep(
                    new GraphBuilder(DataType.FLOAT), generator.parameters(StepGraphs.GENERATOR))))
        .bindNetwork(StepGraphs.GENERATOR, generator.values())
        .bind(StepGraphs.IMAGES, arrays.fake.array())
        .bind(StepGraphs.SLOPE, slope)
        .bindNextStates(StepGraphs.GENERATOR, generatorOutputs.nextStates())
        .bindGradients(StepGraphs.GENERATOR, generatorOutputs.gradients())
        .pause(StepGraphs.IMAGES, StepGraphs.SLOPE);
  }

  /** What runs in that pause when the discriminator is updated. */
  private Bindings discriminatedFakes(INDArray slope) {
    Bindings bindings =
        new Bindings(graphs.discriminatedFakes(new GraphBuilder(DataType.FLOAT)))
            .bind(StepGraphs.SLOPE, slope)
            .bind(StepGraphs.LOSS, arrays.loss);
    topK.ifPresent(some -> some.bind(bindings));
    return bindDiscriminatorStates(arrays.bindDiscriminating(bindings, discriminator));
  }

  private Bindings bindDiscriminatorStates(Bindings bindings) {
    return discriminator.bindNextStates(
        bindings, StepGraphs.DISCRIMINATOR, discriminatorOutputs.nextStates());
  }

  private static TrainingSettings.Adam generatorAdam(TrainingSettings training) {
    return isSeparate(training)
        ? training.generator().withRegulariserEvery(training.pathLength().every())
        : training.generator();
  }

  private static TrainingSettings.Adam discriminatorAdam(TrainingSettings training) {
    return isSeparate(training)
        ? training.discriminator().withRegulariserEvery(training.gradientPenalty().every())
        : training.discriminator();
  }

  /** Whether a regulariser that is due has an update of its own. */
  static boolean isSeparate(TrainingSettings training) {
    return training.regularisation() == TrainingSettings.Regularisation.SEPARATE;
  }

  /** Off-heap bytes that the programs hold for intermediate results. */
  long plannedBytes() {
    return arrays.workspace.bytes()
        + makeFakes.map(Program::plannedBytes).orElse(0L)
        + discriminatorStep.plannedBytes()
        + generatorStep.plannedBytes()
        + judgeReal.map(Program::plannedBytes).orElse(0L)
        + discriminateFakes.map(Program::plannedBytes).orElse(0L)
        + generatorPenalties.plannedBytes()
        + discriminatorPenalties.plannedBytes();
  }

  private Penalties penalties(
      String name,
      Regularisation kind,
      TrainedNetwork network,
      StepOutputs outputs,
      ProgramCompiler compiler) {
    return new Penalties(
        name, kind, network, () -> own(RegulariserGradients.of(kind, network, outputs, compiler)));
  }

  private <T extends AutoCloseable> T own(T resource) {
    return owned.own(resource);
  }

  @Override
  public void close() {
    owned.close();
  }
}
