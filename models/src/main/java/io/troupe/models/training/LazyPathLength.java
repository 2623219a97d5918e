package io.troupe.models.training;

import io.troupe.config.TrainingSettings;
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
import io.troupe.models.penalties.MicroBatches;
import io.troupe.models.penalties.PathLength;
import io.troupe.models.penalties.Penalty;
import io.troupe.models.penalties.PenaltyWeight;
import java.nio.FloatBuffer;
import java.util.List;
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
  private final FloatVector slope;
  private final FloatVector noise;
  private final Optional<Program> mapping;
  private final Program gradient;
  private final Program penalty;
  private final Optional<Parts> parts;
  private TrainingSettings.PathLength settings;

  /**
   * What several micro-batches need: first all lengths are computed, then the penalty, which
   * depends on their mean.
   *
   * @param slopes of all micro-batches
   * @param noise of all
   */
  private record Parts(
      FloatVector slopes, FloatVector noise, FloatVector meanLength, Program length) {}

  /**
   * A regulariser of a generator.
   *
   * @param gradients where its gradients go
   * @param outputs where next states go
   * @param owner gets what is allocated
   */
  LazyPathLength(
      TrainingSettings training,
      PathLengthInputs inputs,
      TrainedNetwork network,
      ParameterVector gradients,
      StepOutputs outputs,
      StepArrays arrays,
      ProgramCompiler compiler,
      Resources owner) {
    this.inputs = inputs;
    settings = training.pathLength();
    StepGraphs graphs = inputs.graphs();
    INDArray styles = inputs.styles().array();
    UnaryOperator<Bindings> bind =
        bindings -> inputs.latents().bind(arrays.bindGenerator(bindings, network));
    weight = owner.own(new PenaltyWeight(styles.size(0)));
    value = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    slope = owner.own(inputs.styles().like());
    PathLength.Generator generator = graphs.synthesis(styles.shape());
    long[] pictures = generator.pictures().stream().mapToLong(Long::longValue).toArray();
    noise = owner.own(FloatVector.zeros(pictures));
    parts =
        inputs.count() == 1
            ? Optional.empty()
            : Optional.of(parts(generator, arrays, compiler, owner, pictures));
    PathLength kind = new PathLength(1 - settings.decay());
    List<String> parameters = network.parameters(StepGraphs.GENERATOR);
    Bindings bindings =
        weight.bind(
            bind.apply(
                    new Bindings(
                        kind.penaltyGraph(
                            DataType.FLOAT,
                            generator,
                            graphs::styles,
                            parameters,
                            parts.isPresent())))
                .bind(PathLength.GRADIENT, slope.array())
                .bind(PathLength.NOISE, noise.array())
                .bind(PathLength.MEAN, network.values().view(StyledNetworks.PATH_LENGTH))
                .bind(PathLength.NEXT_MEAN, outputs.nextStates().view(StyledNetworks.PATH_LENGTH))
                .bind(PathLength.PENALTY, value)
                .bindGradients(StepGraphs.GENERATOR, gradients));
    parts.ifPresent(p -> bindings.bind(PathLength.BATCH_MEAN, p.meanLength().array()));
    penalty = owner.own(compiler.compile(bindings));
    gradient =
        owner.own(
            compiler.compile(
                bind.apply(new Bindings(PathLength.gradientGraph(DataType.FLOAT, generator)))
                    .bind(PathLength.LATENTS, styles)
                    .bind(PathLength.GRADIENT, slope.array())
                    .bind(PathLength.NOISE, noise.array())));
    mapping =
        inputs.areNew()
            ? Optional.of(owner.own(compiler.compile(mapping(bind, outputs))))
            : Optional.empty();
    adopt(training);
  }

  private Parts parts(
      PathLength.Generator generator,
      StepArrays arrays,
      ProgramCompiler compiler,
      Resources owner,
      long... pictures) {
    long[] all = pictures.clone();
    all[0] *= inputs.count();
    FloatVector meanLength = owner.own(FloatVector.zeros(1));
    return new Parts(
        owner.own(inputs.allStyles().like()),
        owner.own(FloatVector.zeros(all)),
        meanLength,
        owner.own(
            compiler.compile(
                new Bindings(PathLength.lengthGraph(DataType.FLOAT, generator))
                    .workspace(arrays.workspace)
                    .bind(PathLength.GRADIENT, slope.array())
                    .bind(PathLength.BATCH_MEAN, meanLength.array()))));
  }

  private Bindings mapping(UnaryOperator<Bindings> bind, StepOutputs outputs) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    graph.output(StepGraphs.STYLES, inputs.graphs().styles(graph));
    return bind.apply(new Bindings(graph.build()))
        .bindNextStates(StepGraphs.GENERATOR, outputs.nextStates())
        .bind(StepGraphs.STYLES, inputs.styles().array());
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
  public double run(long seed, long step, MicroBatches batches) {
    if (inputs.areNew()) {
      inputs.allLatents().draw(seed, Stream.PATH_LENGTH, step, 1);
    }
    CounterRandom random = new CounterRandom(seed, Stream.PATH_LENGTH, step, 0);
    FloatBuffer noiseValues = parts.map(Parts::noise).orElse(noise).write();
    for (int i = 0; i < noiseValues.capacity(); i++) {
      noiseValues.put(i, (float) random.nextGaussian());
    }
    if (parts.isPresent()) {
      return run(parts.get(), batches);
    }
    mapping.ifPresent(Program::run);
    gradient.run();
    penalty.run();
    batches.add(1);
    return HostArray.first(value);
  }

  private double run(Parts all, MicroBatches batches) {
    int count = inputs.count();
    double lengths = 0;
    for (int i = 0; i < count; i++) {
      load(all, i, batches);
      gradient.run();
      slope.putPart(all.slopes(), i);
      all.length().run();
      lengths += all.meanLength().read().get(0);
    }
    all.meanLength().write().put(0, (float) (lengths / count));
    double sum = 0;
    for (int i = 0; i < count; i++) {
      load(all, i, batches);
      slope.takePart(all.slopes(), i);
      penalty.run();
      batches.add(1.0 / count);
      sum += HostArray.first(value);
    }
    return sum / count;
  }

  private void load(Parts all, int index, MicroBatches batches) {
    noise.takePart(all.noise(), index);
    if (mapping.isPresent()) {
      inputs.latents().takePart(inputs.allLatents(), index);
      mapping.get().run();
    } else {
      batches.load(index);
      inputs.styles().takePart(inputs.allStyles(), index);
    }
  }

  @Override
  public void adopt(TrainingSettings training) {
    settings = training.pathLength();
    weight.set(settings.weight() * settings.every());
    if (inputs.areNew()) {
      inputs.allLatents().setMixingShare(training.styleMixing());
    }
  }

  @Override
  public long plannedBytes() {
    return gradient.plannedBytes()
        + penalty.plannedBytes()
        + mapping.map(Program::plannedBytes).orElse(0L)
        + parts.map(p -> p.length().plannedBytes()).orElse(0L);
  }
}
