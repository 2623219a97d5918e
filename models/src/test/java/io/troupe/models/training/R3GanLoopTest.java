package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.parity.LoopFixture;
import io.troupe.models.parity.Parity;
import io.troupe.models.penalties.GradientPenalty;
import io.troupe.models.penalties.PenaltyWeight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two whole steps of R3GAN in a burn-in as by PyTorch, in double: the graphs and constants of
 * training, in its order; generated pictures have the classes of the real ones. Adam is the
 * paper's, as {@code AdamTest} compares ours with; {@code GanLoopParityTest} has the same steps by
 * a training, in float.
 */
@Tag("parity")
class R3GanLoopTest {
  private static final RunSettings SETTINGS = LoopFixture.r3gan();
  private static final int BATCH = SETTINGS.training().batch();
  private static final GanNetworks NETWORKS =
      GanNetworks.of(SETTINGS.network(), LoopFixture.R3GAN_IMAGES);

  /** A network, its gradients, and Adam's moments. */
  private static final class Side {
    private final String name;
    private final ParameterVector values;
    private final ParameterVector gradients;
    private final ParameterVector ofPenalty;
    private final INDArray first;
    private final double[] second;
    private int updates;

    Side(String name, ParameterLayout layout) {
      this.name = name;
      values = new ParameterVector(layout, DataType.DOUBLE);
      gradients = new ParameterVector(layout, DataType.DOUBLE);
      ofPenalty = new ParameterVector(layout, DataType.DOUBLE);
      first = Nd4j.create(DataType.DOUBLE, layout.length());
      second = new double[Math.toIntExact(layout.length())];
      LoopFixture.fill(name, values);
    }

    static List<String> parameters(String name, ParameterLayout layout) {
      return layout.slots().stream().map(slot -> name + slot.name()).toList();
    }

    /** Kingma and Ba, 2015, algorithm 1. */
    void update(TrainingSettings.Adam adam) {
      updates++;
      for (int i = 0; i < second.length; i++) {
        double gradient = gradients.flat().getDouble(i) + ofPenalty.flat().getDouble(i);
        double m = adam.beta1() * first.getDouble(i) + (1 - adam.beta1()) * gradient;
        second[i] = adam.beta2() * second[i] + (1 - adam.beta2()) * gradient * gradient;
        first.putScalar(i, m);
        double mean = m / (1 - Math.pow(adam.beta1(), updates));
        double square = second[i] / (1 - Math.pow(adam.beta2(), updates));
        values
            .flat()
            .putScalar(
                i,
                values.flat().getDouble(i)
                    - adam.learningRate() * mean / (Math.sqrt(square) + adam.epsilon()));
      }
    }

    void read(Map<String, double[]> actual) {
      LoopFixture.read(actual, name, values, first);
    }
  }

  private final Map<String, INDArray> arrays = new LinkedHashMap<>();
  private final Map<String, double[]> actual = new LinkedHashMap<>();

  private static GraphBuilder graph() {
    return new GraphBuilder(DataType.DOUBLE);
  }

  private INDArray array(String name, long... shape) {
    return arrays.computeIfAbsent(name, n -> Nd4j.create(DataType.DOUBLE, shape));
  }

  private void share(String name, INDArray array) {
    arrays.put(name, array);
  }

  /** Reads and writes the arrays of its inputs' and outputs' names. */
  private Program program(Graph graph, Side generator, Side discriminator, boolean penalty) {
    Bindings bindings =
        new Bindings(graph)
            .bindNetwork(generator.name, generator.values)
            .bindNetwork(discriminator.name, discriminator.values)
            .bindGradients(generator.name, generator.gradients)
            .bindGradients(
                discriminator.name, penalty ? discriminator.ofPenalty : discriminator.gradients);
    arrays.forEach(bindings::bindIfPresent);
    return CompiledGraph.compile(bindings);
  }

  private void draw(Stream stream, int step) {
    CounterRandom random = new CounterRandom(SETTINGS.seed(), stream, step, 0);
    INDArray latents = arrays.get("latents");
    for (int i = 0; i < latents.length(); i++) {
      latents.data().put(i, (float) random.nextGaussian());
    }
  }

  private void set(String name, double... values) {
    for (int i = 0; i < values.length; i++) {
      arrays.get(name).data().put(i, values[i]);
    }
  }

  private void found(String name, String output) {
    actual.put(name, new double[] {arrays.get(output).getDouble(0)});
  }

  @Test
  void twoStepsInDouble() {
    try (Latents latents =
        new Latents(NETWORKS, BATCH, SETTINGS.network().latentSize(), LoopFixture.CLASSES, 0)) {
      StepGraphs graphs =
          new StepGraphs(
              SETTINGS.training(),
              AdversarialLoss.named(SETTINGS.training().loss()),
              NETWORKS,
              latents,
              new DiffAugment(false, false, false),
              LoopFixture.CLASSES);
      train(graphs);
    }
    LoopFixture.compare("loop-r3gan", actual, Parity.DOUBLE);
  }

  private void train(StepGraphs graphs) {
    GraphBuilder making = graph();
    Side generator = new Side(StepGraphs.GENERATOR, graphs.fakes(making));
    GraphBuilder discriminating = graph();
    ParameterLayout layout = graphs.discriminatorStep(discriminating);
    Side discriminator = new Side(StepGraphs.DISCRIMINATOR, layout);
    List<String> ofDiscriminator = Side.parameters(StepGraphs.DISCRIMINATOR, layout);
    GradientPenalty kind = new GradientPenalty(0, 2);
    array(StepGraphs.REAL_LOGITS, BATCH, 1);
    array("latents", BATCH, SETTINGS.network().latentSize());
    share(StepGraphs.FAKE_CLASSES, array("classes", BATCH, LoopFixture.CLASSES));
    share(StepGraphs.REAL_CLASSES, arrays.get("classes"));
    share(GradientPenalty.INPUT, array(StepGraphs.REAL, graphs.pictures()));
    share(StepGraphs.IMAGES, array(StepGraphs.FAKE, graphs.pictures()));
    share(GradientPenalty.input(1), arrays.get(StepGraphs.FAKE));
    array(GradientPenalty.GRADIENT, graphs.pictures());
    array(Graph.gradientOf(GradientPenalty.input(1)), graphs.pictures());
    for (String scalar :
        List.of(
            StepGraphs.LOSS, GradientPenalty.PENALTY, PenaltyWeight.WEIGHT, PenaltyWeight.SCALE)) {
      array(scalar);
    }
    try (Program make = program(making.build(), generator, discriminator, false);
        Program discriminate =
            program(
                discriminating.build(StepGraphs.LOSS, ofDiscriminator),
                generator,
                discriminator,
                false);
        Program slopes =
            program(
                kind.gradientGraph(
                    DataType.DOUBLE, graphs.discriminator()::allLogits, graphs.pictures()),
                generator,
                discriminator,
                true);
        Program penalty =
            program(
                kind.penaltyGraph(
                    DataType.DOUBLE,
                    graphs.discriminator()::allLogits,
                    ofDiscriminator,
                    graphs.pictures()),
                generator,
                discriminator,
                true);
        Program judgeReal = program(graphs.realLogits(graph()), generator, discriminator, false);
        Program generate =
            program(
                graphs.generatorStep(
                    graph(), Side.parameters(StepGraphs.GENERATOR, generator.values.layout())),
                generator,
                discriminator,
                false)) {
      for (int step = 1; step <= LoopFixture.STEPS; step++) {
        TrainingSettings training = SETTINGS.training().at(step);
        set(StepGraphs.REAL, LoopFixture.images(step, BATCH, LoopFixture.R3GAN_IMAGES));
        set(StepGraphs.REAL_CLASSES, LoopFixture.classes(step, BATCH));
        double weight = training.gradientPenalty().weight();
        set(PenaltyWeight.WEIGHT, 2 * weight);
        set(PenaltyWeight.SCALE, 2 * weight / BATCH);
        draw(Stream.DISCRIMINATOR_LATENT, step);
        make.run();
        discriminate.run();
        found("discriminator loss " + step, StepGraphs.LOSS);
        slopes.run();
        penalty.run();
        found("gradient penalty " + step, GradientPenalty.PENALTY);
        discriminator.update(training.discriminator());
        draw(Stream.GENERATOR_LATENT, step);
        judgeReal.run();
        generate.run();
        found("generator loss " + step, StepGraphs.LOSS);
        generator.update(training.generator());
      }
      generator.read(actual);
      discriminator.read(actual);
    }
  }
}
