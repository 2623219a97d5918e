package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.penalties.PathLength;
import io.troupe.models.penalties.Penalty;
import io.troupe.models.penalties.PenaltyWeight;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Path length regularisation in some of the generator's steps, on the styles of that step or of new
 * latent vectors (lazy regularisation, Karras et al., "Analyzing and improving the image quality of
 * StyleGAN", 2020, sections 3.1 and 3.2). Its gradients are added to those of the loss, or are the
 * network's for an update of their own. The moving mean of the lengths is the generator's state
 * {@link StyledNetworks#PATH_LENGTH}.
 */
final class LazyPathLength implements Penalty {
  private final PathLengthInputs inputs;
  private final PenaltyWeight weight;
  private final INDArray value;
  private final FloatVector noise;
  private final Optional<Program> mapping;
  private final Program gradient;
  private final Program penalty;
  private RunSettings.PathLength settings;

  /**
   * A regulariser of a generator.
   *
   * @param gradients where its gradients go
   * @param owner gets what is allocated
   */
  LazyPathLength(
      RunSettings.Training training,
      PathLengthInputs inputs,
      TrainedNetwork network,
      ParameterVector gradients,
      StepArrays arrays,
      ProgramCompiler compiler,
      Resources owner) {
    this.inputs = inputs;
    settings = training.pathLength();
    StepGraphs graphs = inputs.graphs();
    INDArray styles = inputs.styles();
    UnaryOperator<Bindings> bind =
        bindings -> inputs.latents().bind(arrays.bindGenerator(bindings, network));
    weight = owner.own(new PenaltyWeight(styles.size(0)));
    value = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    INDArray slope = owner.own(Nd4j.create(DataType.FLOAT, styles.shape()));
    PathLength.Generator generator = graphs.synthesis(styles.shape());
    noise =
        owner.own(
            FloatVector.zeros(generator.pictures().stream().mapToLong(Long::longValue).toArray()));
    INDArray mean = network.values().view(StyledNetworks.PATH_LENGTH);
    PathLength kind = new PathLength(1 - settings.decay());
    penalty =
        owner.own(
            compiler.compile(
                weight.bind(
                    bind.apply(
                            new Bindings(
                                kind.penaltyGraph(
                                    DataType.FLOAT,
                                    generator,
                                    graphs::styles,
                                    network.parameters(StepGraphs.GENERATOR))))
                        .bind(PathLength.GRADIENT, slope)
                        .bind(PathLength.NOISE, noise.array())
                        .bind(PathLength.MEAN, mean)
                        .bind(PathLength.NEXT_MEAN, mean)
                        .bind(PathLength.PENALTY, value)
                        .bindGradients(StepGraphs.GENERATOR, gradients))));
    gradient =
        owner.own(
            compiler.compile(
                bind.apply(new Bindings(PathLength.gradientGraph(DataType.FLOAT, generator)))
                    .bind(PathLength.LATENTS, styles)
                    .bind(PathLength.GRADIENT, slope)
                    .bind(PathLength.NOISE, noise.array())));
    mapping =
        inputs.areNew()
            ? Optional.of(owner.own(compiler.compile(mapping(bind, network))))
            : Optional.empty();
    adopt(training);
  }

  private Bindings mapping(UnaryOperator<Bindings> bind, TrainedNetwork network) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    graph.output(StepGraphs.STYLES, inputs.graphs().styles(graph));
    return bind.apply(new Bindings(graph.build()))
        .bindNextStates(StepGraphs.GENERATOR, network.values())
        .bind(StepGraphs.STYLES, inputs.styles());
  }

  @Override
  public String name() {
    return "path_penalty";
  }

  @Override
  public boolean isDue(long update) {
    long step = update + 1;
    return step >= settings.startStep() && (step - settings.startStep()) % settings.every() == 0;
  }

  @Override
  public double run(long seed, long step) {
    if (mapping.isPresent()) {
      inputs.latents().draw(seed, Stream.PATH_LENGTH, step, 1);
      mapping.get().run();
    }
    CounterRandom random = new CounterRandom(seed, Stream.PATH_LENGTH, step, 0);
    FloatBuffer noiseValues = noise.write();
    for (int i = 0; i < noiseValues.capacity(); i++) {
      noiseValues.put(i, (float) random.nextGaussian());
    }
    gradient.run();
    penalty.run();
    return HostArray.first(value);
  }

  @Override
  public void adopt(RunSettings.Training training) {
    settings = training.pathLength();
    weight.set(settings.weight() * settings.every());
    if (inputs.areNew()) {
      inputs.latents().setMixingShare(training.styleMixing());
    }
  }

  @Override
  public long plannedBytes() {
    return gradient.plannedBytes()
        + penalty.plannedBytes()
        + mapping.map(Program::plannedBytes).orElse(0L);
  }
}
