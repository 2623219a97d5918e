package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.graph.Workspace;
import io.troupe.models.networks.GanNetworks;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
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
  private static final String GENERATOR = "generator/";
  private static final String DISCRIMINATOR = "discriminator/";
  private static final int GENERATOR_ID = 1;
  private static final int DISCRIMINATOR_ID = 2;

  private final RunSettings settings;
  private final GanNetworks networks;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Workspace workspace = own(new Workspace());
  private final TrainedNetwork generator;
  private final TrainedNetwork discriminator;
  private final Latents latents;
  private final INDArray real;
  private final FloatBuffer realPixels;
  private final OneHot realClasses;
  private final INDArray loss = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final INDArray realLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final INDArray fakeLogit = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final Program makeFakes;
  private final Program discriminatorStep;
  private final Program generatorStep;
  private final Optional<LazyPenalty> penalty;
  private int redraws;

  /**
   * Networks with initial values, and their compiled steps.
   *
   * @param classes number of classes of the real pictures
   */
  public GanTraining(RunSettings settings, int classes, ProgramCompiler compiler) {
    this.settings = settings;
    int batch = settings.training().batch();
    networks = GanNetworks.of(settings.network(), classes);
    int size = networks.size();
    latents = own(new Latents(batch, settings.network().latentSize(), classes));
    realClasses = own(new OneHot(batch, classes));
    real = own(Nd4j.create(DataType.FLOAT, batch, size, size, 3));
    realPixels = real.data().asNioFloat();
    INDArray fake = own(Nd4j.create(DataType.FLOAT, batch, size, size, 3));

    GraphBuilder fakes = new GraphBuilder(DataType.FLOAT);
    Scope fakesScope = fakes.scope(GENERATOR, BatchNormMode.BATCH);
    fakes.output("images", generate(fakes, fakesScope, classes));
    generator = own(new TrainedNetwork(fakesScope.layout(), settings.training().generator()));
    generator.values().initialise(settings.seed(), GENERATOR_ID);
    GraphBuilder dBuilder = new GraphBuilder(DataType.FLOAT);
    ParameterLayout dLayout = discriminatorGraph(dBuilder, classes);
    discriminator = own(new TrainedNetwork(dLayout, settings.training().discriminator()));
    discriminator.values().initialise(settings.seed(), DISCRIMINATOR_ID);

    // The largest first, whose memory then does for all.
    generatorStep = compile(compiler, generatorBindings(classes));
    penalty =
        settings.training().gradientPenalty().weight() > 0
            ? Optional.of(own(lazyPenalty(compiler, classes)))
            : Optional.empty();
    discriminatorStep =
        compile(
            compiler,
            new Bindings(dBuilder.build("loss", trainable(DISCRIMINATOR, dLayout)))
                .bindNetwork(DISCRIMINATOR, discriminator.values())
                .bindNextStates(DISCRIMINATOR, discriminator.values())
                .bindGradients(DISCRIMINATOR, discriminator.gradients())
                .bind("real", real)
                .bind("real classes", realClasses.array())
                .bind("fake", fake)
                .bind("fake classes", latents.classes())
                .bind("loss", loss)
                .bind("real logit", realLogit)
                .bind("fake logit", fakeLogit));
    makeFakes =
        compile(
            compiler,
            new Bindings(fakes.build())
                .bindNetwork(GENERATOR, generator.values())
                .bindNextStates(GENERATOR, generator.values())
                .bind("latents", latents.vectors())
                .bind("classes", latents.classes())
                .bind("images", fake));
  }

  private LazyPenalty lazyPenalty(ProgramCompiler compiler, int classes) {
    int batch = settings.training().batch();
    return new LazyPenalty(
        settings.training().gradientPenalty(),
        discriminator,
        DISCRIMINATOR,
        (graph, images) ->
            networks.logits(
                graph.scope(DISCRIMINATOR, BatchNormMode.BATCH),
                images,
                graph.input("classes", batch, classes),
                batch,
                1),
        bindings ->
            bindings
                .bindNetwork(DISCRIMINATOR, discriminator.values())
                .bind("classes", realClasses.array()),
        trainable(DISCRIMINATOR, discriminator.values().layout()),
        real,
        workspace,
        compiler);
  }

  private Program compile(ProgramCompiler compiler, Bindings bindings) {
    return own(compiler.compile(bindings.workspace(workspace)));
  }

  private SDVariable generate(GraphBuilder graph, Scope scope, int classes) {
    int batch = settings.training().batch();
    SDVariable z = graph.input("latents", batch, settings.network().latentSize());
    SDVariable y = graph.input("classes", batch, classes);
    return networks.images(scope, z, y, batch);
  }

  private ParameterLayout discriminatorGraph(GraphBuilder graph, int classes) {
    int batch = settings.training().batch();
    int size = networks.size();
    SDVariable realImages = graph.input("real", batch, size, size, 3);
    SDVariable realLabels = graph.input("real classes", batch, classes);
    SDVariable fakeImages = graph.input("fake", batch, size, size, 3);
    SDVariable fakeLabels = graph.input("fake classes", batch, classes);
    // One pass over both equals two passes, with one power iteration.
    SDVariable images = graph.sameDiff().concat(0, fakeImages, realImages);
    SDVariable labels = graph.sameDiff().concat(0, fakeLabels, realLabels);
    Scope scope = graph.scope(DISCRIMINATOR, BatchNormMode.BATCH);
    SDVariable logits = networks.logits(scope, images, labels, 2L * batch, 2);
    SDVariable fakes = rows(graph, logits, 0, batch);
    SDVariable reals = rows(graph, logits, batch, batch);
    graph.output(
        "loss",
        AdversarialLoss.discriminator(settings.training().loss(), graph.sameDiff(), reals, fakes));
    graph.output("real logit", reals.mean());
    graph.output("fake logit", fakes.mean());
    return scope.layout();
  }

  private Bindings generatorBindings(int classes) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable images = generate(graph, graph.scope(GENERATOR, BatchNormMode.BATCH), classes);
    SDVariable labels = graph.sameDiff().getVariable("classes");
    Scope discriminating = graph.scope(DISCRIMINATOR, BatchNormMode.BATCH);
    SDVariable logits =
        networks.logits(discriminating, images, labels, settings.training().batch(), 1);
    graph.output(
        "loss", AdversarialLoss.generator(settings.training().loss(), graph.sameDiff(), logits));
    Graph built = graph.build("loss", trainable(GENERATOR, generator.values().layout()));
    return new Bindings(built)
        .bindNetwork(GENERATOR, generator.values())
        .bindNextStates(GENERATOR, generator.values())
        .bindGradients(GENERATOR, generator.gradients())
        .bindNetwork(DISCRIMINATOR, discriminator.values())
        .bindNextStates(DISCRIMINATOR, discriminator.values())
        .bind("latents", latents.vectors())
        .bind("classes", latents.classes())
        .bind("loss", loss);
  }

  private static SDVariable rows(GraphBuilder graph, SDVariable logits, int from, int count) {
    return graph.sameDiff().slice(logits, new int[] {from, 0}, count, 1);
  }

  private static List<String> trainable(String network, ParameterLayout layout) {
    return layout.slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .map(slot -> network + slot.name())
        .toList();
  }

  /**
   * One iteration.
   *
   * @param step its number, from 1
   * @param images real pictures in [-1, 1], one after the other, [discriminatorSteps * batch, 32,
   *     32, 3]
   * @param labels their classes
   * @throws DivergedException if a loss is not finite
   */
  public StepResult step(long step, FloatBuffer images, int[] labels) {
    int batch = settings.training().batch();
    int discriminatorSteps = settings.training().discriminatorSteps();
    double discriminatorLoss = 0;
    double realSum = 0;
    double fakeSum = 0;
    double gradientPenalty = Double.NaN;
    long start = System.nanoTime();
    for (int k = 0; k < discriminatorSteps; k++) {
      latents.draw(latentSeed(), Stream.DISCRIMINATOR_LATENT, step, k);
      makeFakes.run();
      int length = realPixels.capacity();
      realPixels.put(0, images, k * length, length);
      for (int row = 0; row < batch; row++) {
        realClasses.set(row, labels[k * batch + row]);
      }
      discriminatorStep.run();
      discriminatorLoss += finite("discriminator", step);
      realSum += realLogit.getDouble(0);
      fakeSum += fakeLogit.getDouble(0);
      long count = (step - 1) * discriminatorSteps + k;
      if (penalty.isPresent() && penalty.get().isDue(count)) {
        gradientPenalty = penalty.get().add();
      }
      discriminator.adam().update();
    }
    long middle = System.nanoTime();
    latents.draw(latentSeed(), Stream.GENERATOR_LATENT, step, 0);
    generatorStep.run();
    double generatorLoss = finite("generator", step);
    generator.adam().update();
    return new StepResult(
        step,
        discriminatorLoss / discriminatorSteps,
        generatorLoss,
        realSum / discriminatorSteps,
        fakeSum / discriminatorSteps,
        gradientPenalty,
        (middle - start) * 1e-9,
        (System.nanoTime() - middle) * 1e-9);
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
    return networks.size();
  }

  /** Off-heap bytes that the compiled steps hold for intermediate results. */
  public long plannedBytes() {
    return workspace.bytes()
        + makeFakes.plannedBytes()
        + discriminatorStep.plannedBytes()
        + generatorStep.plannedBytes()
        + penalty.map(LazyPenalty::plannedBytes).orElse(0L);
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
