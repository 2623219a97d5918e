package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.config.random.Stream;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.compile.SameDiffProgram;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.TopK;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.PublishedImages;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The first step of a training, micro-batch by micro-batch, by ND4J's own execution. */
final class OneByOne implements AutoCloseable {
  private final MicroBatchTest.Run run;
  private final Latents whole;
  private final Latents part;

  /** Not the first, in which top-k takes all images. */
  static final long STEP = 2;

  private final StepGraphs graphs;
  private final TopK topK;
  private final OneHot labels;
  private final FloatVector real;
  private final FloatVector fake;
  private final INDArray loss = Nd4j.scalar(DataType.FLOAT, 0);
  private final ParameterVector generatorBefore;
  private final ParameterVector discriminatorBefore;
  private final ParameterVector generatorPart;
  private final ParameterVector discriminatorPart;
  private final double[] generator;
  private final double[] discriminator;
  private final int count;

  OneByOne(RunSettings settings, MicroBatchTest.Run run) {
    this.run = run;
    TrainingSettings training = settings.training();
    count = training.batch() / training.microBatch();
    GanNetworks networks =
        GanNetworks.of(settings.network(), PublishedImages.of(settings, MicroBatchTest.CLASSES));
    int size = settings.network().latentSize();
    whole = new Latents(networks, training.batch(), size, MicroBatchTest.CLASSES, 0);
    part = new Latents(networks, training.microBatch(), size, MicroBatchTest.CLASSES, 0);
    graphs =
        new StepGraphs(
            training,
            AdversarialLoss.named(training.loss()),
            networks,
            part,
            new DiffAugment(false, false, false),
            MicroBatchTest.CLASSES);
    topK = new TopK(training.microBatch());
    labels = new OneHot(training.microBatch(), MicroBatchTest.CLASSES);
    real = FloatVector.zeros(graphs.pictures());
    fake = FloatVector.zeros(graphs.pictures());
    generatorBefore = copy(run.training.generator().values());
    discriminatorBefore = copy(run.training.discriminator().values());
    generatorPart = copy(generatorBefore);
    discriminatorPart = copy(discriminatorBefore);
    generator = new double[generatorBefore.floats().length()];
    discriminator = new double[discriminatorBefore.floats().length()];
  }

  private static ParameterVector copy(ParameterVector values) {
    ParameterVector copy = new ParameterVector(values.layout(), DataType.FLOAT);
    copy.floats().assign(values.floats());
    return copy;
  }

  void discriminatorStep() {
    whole.draw(run.settings.seed(), Stream.DISCRIMINATOR_LATENT, STEP, 0);
    GraphBuilder making = new GraphBuilder(DataType.FLOAT);
    graphs.fakes(making);
    GraphBuilder discriminating = new GraphBuilder(DataType.FLOAT);
    graphs.discriminatorStep(discriminating);
    List<String> parameters = run.training.discriminator().parameters(StepGraphs.DISCRIMINATOR);
    Bindings discriminate =
        new Bindings(discriminating.build(StepGraphs.LOSS, parameters))
            .bindNetwork(StepGraphs.DISCRIMINATOR, discriminatorBefore)
            .bindNextStates(StepGraphs.DISCRIMINATOR, discriminatorPart)
            .bindGradients(StepGraphs.DISCRIMINATOR, discriminatorPart)
            .bind(StepGraphs.REAL, real.array())
            .bind(StepGraphs.FAKE, fake.array())
            .bindIfPresent(StepGraphs.REAL_CLASSES, labels.array())
            .bindIfPresent(StepGraphs.FAKE_CLASSES, part.classes())
            .bind(StepGraphs.LOSS, loss);
    Bindings make =
        part.bind(new Bindings(making.build()))
            .bindNetwork(StepGraphs.GENERATOR, generatorBefore)
            .bindNextStates(StepGraphs.GENERATOR, generatorPart)
            .bind(StepGraphs.IMAGES, fake.array());
    try (Program fakes = SameDiffProgram.compile(make);
        Program step = SameDiffProgram.compile(discriminate)) {
      for (int i = 0; i < count; i++) {
        part.takePart(whole, i);
        fakes.run();
        run.load(STEP, i * labels.rows(), real, labels);
        step.run();
        addMean(discriminator, discriminatorPart);
        addMean(generator, generatorPart);
      }
    }
    // The generator's step begins from these states.
    int first = states(generatorBefore);
    for (int i = first; i < generator.length; i++) {
      generatorBefore.floats().write().put(i, (float) generator[i]);
    }
  }

  void generatorStep() {
    Arrays.fill(generator, 0);
    whole.draw(run.settings.seed(), Stream.GENERATOR_LATENT, STEP, 0);
    int first = states(discriminatorBefore);
    discriminatorBefore.floats().assign(run.training.discriminator().values().floats());
    for (int i = first; i < discriminator.length; i++) {
      discriminatorBefore.floats().write().put(i, (float) discriminator[i]);
    }
    List<String> parameters = run.training.generator().parameters(StepGraphs.GENERATOR);
    Bindings bindings =
        part.bind(new Bindings(graphs.generatorStep(new GraphBuilder(DataType.FLOAT), parameters)))
            .bindNetwork(StepGraphs.GENERATOR, generatorBefore)
            .bindNextStates(StepGraphs.GENERATOR, generatorPart)
            .bindGradients(StepGraphs.GENERATOR, generatorPart)
            .bindNetwork(StepGraphs.DISCRIMINATOR, discriminatorBefore)
            .bind(StepGraphs.LOSS, loss);
    TrainingSettings training = run.settings.training();
    topK.set(training.topK(), (STEP - 1) * training.imagesPerStep());
    if (training.topK().isWanted()) {
      topK.bind(bindings);
    }
    try (Program step = SameDiffProgram.compile(bindings)) {
      for (int i = 0; i < count; i++) {
        part.takePart(whole, i);
        step.run();
        addMean(generator, generatorPart);
      }
    }
  }

  private void addMean(double[] sum, ParameterVector values) {
    float[] part = MicroBatchTest.Run.copy(values.floats());
    for (int i = 0; i < sum.length; i++) {
      sum[i] += part[i] / count;
    }
  }

  private static int states(ParameterVector values) {
    return Math.toIntExact(values.layout().trainableLength());
  }

  void checkDiscriminator() {
    // The generator's step has moved the states on.
    checkGradients(discriminator, run.training.discriminator());
  }

  void checkGenerator() {
    checkGradients(generator, run.training.generator());
    float[] states = MicroBatchTest.Run.copy(run.training.generator().values().floats());
    for (int i = states(generatorBefore); i < states.length; i++) {
      assertThat((double) states[i]).isCloseTo(generator[i], within(1e-5));
    }
  }

  private static void checkGradients(double[] expected, TrainedNetwork network) {
    float[] gradients = MicroBatchTest.Run.copy(network.adam().firstMoments());
    double norm = 0;
    double difference = 0;
    for (int i = 0; i < gradients.length; i++) {
      norm += expected[i] * expected[i];
      difference += Math.pow(gradients[i] - expected[i], 2);
    }
    assertThat(norm).isPositive();
    assertThat(Math.sqrt(difference / norm)).isLessThan(1e-4);
  }

  @Override
  public void close() {
    Resources.closeInReverse(
        List.of(
            whole,
            part,
            topK,
            labels,
            real,
            fake,
            loss,
            generatorBefore,
            discriminatorBefore,
            generatorPart,
            discriminatorPart));
  }
}
