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
  private final RunSettings.PathLength settings;
  private final INDArray value;
  private final FloatVector noise;
  private final Optional<Latents> newLatents;
  private final Optional<Program> mapping;
  private final Program gradient;
  private final Program penalty;

  /**
   * A regulariser of given styles.
   *
   * @param gradients where its gradients go
   * @param graphs the generator's parts
   * @param bind binds the generator's values and the latents as far as a graph reads them, and the
   *     memory
   * @param styles gets the styles, [N, styles, styleSize], before this runs; or here, if there are
   *     new latents
   * @param newLatents what the styles are made of each time
   * @param owner gets what is allocated
   */
  LazyPathLength(
      RunSettings.PathLength settings,
      TrainedNetwork network,
      ParameterVector gradients,
      StepGraphs graphs,
      UnaryOperator<Bindings> bind,
      INDArray styles,
      Optional<Latents> newLatents,
      ProgramCompiler compiler,
      Resources owner) {
    value = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    this.settings = settings;
    this.newLatents = newLatents;
    INDArray slope = owner.own(Nd4j.create(DataType.FLOAT, styles.shape()));
    PathLength.Generator generator = graphs.synthesis(styles.shape());
    noise =
        owner.own(
            FloatVector.zeros(generator.pictures().stream().mapToLong(Long::longValue).toArray()));
    INDArray mean = network.values().view(StyledNetworks.PATH_LENGTH);
    PathLength kind = new PathLength(settings.weight() * settings.every(), 1 - settings.decay());
    penalty =
        owner.own(
            compiler.compile(
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
                    .bindGradients(StepGraphs.GENERATOR, gradients)));
    gradient =
        owner.own(
            compiler.compile(
                bind.apply(new Bindings(PathLength.gradientGraph(DataType.FLOAT, generator)))
                    .bind(PathLength.LATENTS, styles)
                    .bind(PathLength.GRADIENT, slope)
                    .bind(PathLength.NOISE, noise.array())));
    mapping =
        newLatents.map(
            latents -> {
              GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
              graph.output(StepGraphs.STYLES, graphs.styles(graph));
              return owner.own(
                  compiler.compile(
                      bind.apply(new Bindings(graph.build()))
                          .bindNextStates(StepGraphs.GENERATOR, network.values())
                          .bind(StepGraphs.STYLES, styles)));
            });
  }

  /** Another share of new latent vectors' pictures with styles of two; neither may be 0. */
  void setMixingShare(double share) {
    newLatents.ifPresent(latents -> latents.setMixingShare(share));
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
    newLatents.ifPresent(latents -> latents.draw(seed, Stream.PATH_LENGTH, step, 1));
    mapping.ifPresent(Program::run);
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
  public long plannedBytes() {
    return gradient.plannedBytes()
        + penalty.plannedBytes()
        + mapping.map(Program::plannedBytes).orElse(0L);
  }
}
