package io.troupe.models.training;

import static io.troupe.models.training.StepGraphs.DISCRIMINATOR;
import static io.troupe.models.training.StepGraphs.GENERATOR;
import static io.troupe.models.training.StepGraphs.LOSS;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Scope;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.losses.TopK;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.parity.MixedParity;
import io.troupe.models.parity.Parity;
import io.troupe.models.penalties.PathLength;
import io.troupe.models.penalties.PenaltyWeight;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The graphs of training, of each network with few channels, as by PyTorch. */
@Tag("parity")
class GanStepsParityTest {
  private static final int BATCH = SmallGan.BATCH;
  private static final int CLASSES = SmallGan.CLASSES;

  static Stream<Arguments> all() {
    return pairs(SmallGan.BIGGAN, SmallGan.DCGAN, SmallGan.COMPACT, SmallGan.CIFAR);
  }

  /** Those of all sizes that there are generator steps of. */
  static Stream<Arguments> generating() {
    return pairs(
        Arrays.stream(SmallGan.values())
            .filter(gan -> gan != SmallGan.STRIDED)
            .toArray(SmallGan[]::new));
  }

  static Stream<Arguments> discriminating() {
    return pairs(SmallGan.values());
  }

  static Stream<Arguments> styleGans() {
    return pairs(SmallGan.COMPACT, SmallGan.CIFAR);
  }

  private static Stream<Arguments> pairs(SmallGan... gans) {
    return Arrays.stream(gans)
        .flatMap(gan -> Arrays.stream(Parity.values()).map(parity -> Arguments.of(gan, parity)));
  }

  @ParameterizedTest
  @MethodSource("discriminating")
  void discriminatorStep(SmallGan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = gan.latents(0)) {
      ParameterLayout layout = gan.graphs(latents).discriminatorStep(graph);
      Graph built = graph.build(LOSS, trainable(DISCRIMINATOR, layout));
      parity.check(gan.fixture("discriminator"), List.of(built), Map.of(), StepGraphs.LOGITS);
    }
  }

  /** Two shifts and mirrors of real and of generated images, and LeCam's penalty. */
  @ParameterizedTest
  @EnumSource
  void discriminatorStepWithPenaltiesOnLogits(Parity parity) {
    SmallGan gan = SmallGan.BIGGAN;
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = gan.latents(0)) {
      ParameterLayout layout =
          gan.graphs(
                  gan.networks(),
                  latents,
                  new DiffAugment(false, false, false),
                  new TrainingSettings.Consistency(1, 1),
                  new TrainingSettings.Lecam(1, 0.99),
                  SmallGan.ALL)
              .discriminatorStep(graph);
      Map<String, double[]> given = new HashMap<>();
      given.put("consistency of real images", new double[] {10});
      given.put("consistency of generated images", new double[] {5});
      given.put("lecam weight", new double[] {0.3});
      given.put("mean logit of real images before", new double[] {2});
      given.put("mean logit of generated images before", new double[] {-3});
      for (String images : List.of("real", "fake")) {
        boolean real = images.equals("real");
        given.put(images + " moves/rows", picks(real ? 3 : -4, real ? 0 : 1, false));
        given.put(images + " moves/columns", picks(real ? -1 : 2, real ? 4 : 0, true));
      }
      parity.check(
          "biggan-consistency",
          List.of(graph.build(LOSS, trainable(DISCRIMINATOR, layout))),
          given,
          StepGraphs.LOGITS);
    }
  }

  /** For each image the matrix that takes line i from line i - shift, reflected and mirrored. */
  private static double[] picks(int first, int others, boolean mirrorFirst) {
    int side = 32;
    double[] matrices = new double[BATCH * side * side];
    for (int image = 0; image < BATCH; image++) {
      for (int line = 0; line < side; line++) {
        int from = line - (image == 0 ? first : others);
        from = from < 0 ? -from : from >= side ? 2 * side - 2 - from : from;
        from = mirrorFirst && image == 0 ? side - 1 - from : from;
        matrices[(image * side + line) * side + from] = 1;
      }
    }
    return matrices;
  }

  @ParameterizedTest
  @MethodSource("generating")
  void generatorStep(SmallGan gan, Parity parity) {
    generatorStep(gan, parity, 0, "generator");
  }

  /** In three parts, as where the discriminator is updated between them: the same gradients. */
  @ParameterizedTest
  @MethodSource("all")
  void pausedGeneratorStep(SmallGan gan, Parity parity) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs = gan.graphs(latents);
      GraphBuilder forward = new GraphBuilder(parity.type());
      Scope scope = forward.scope(GENERATOR, BatchNormMode.BATCH);
      forward.output(StepGraphs.FAKE, gan.networks().images(scope, latents.declare(forward)));
      GraphBuilder labels = new GraphBuilder(parity.type());
      labels.output(StepGraphs.FAKE_CLASSES, labels.input("classes", BATCH, CLASSES));
      Graph backward =
          graphs.pausedGeneratorStep(
              new GraphBuilder(parity.type()), trainable(GENERATOR, scope.layout()));
      Graph discriminated = graphs.discriminatedFakes(new GraphBuilder(parity.type()));
      parity.check(
          gan.fixture("generator"),
          List.of(forward.build(), labels.build(), discriminated, backward),
          StepGraphs.IMAGES,
          StepGraphs.PRODUCT);
    }
  }

  @ParameterizedTest
  @MethodSource("styleGans")
  void generatorStepWithMixing(SmallGan gan, Parity parity) {
    generatorStep(gan, parity, 0.9, "mixing");
  }

  private static void generatorStep(SmallGan gan, Parity parity, double mixing, String name) {
    try (Latents latents = gan.latents(mixing)) {
      StepGraphs graphs = gan.graphs(latents);
      Graph built =
          graphs.generatorStep(
              new GraphBuilder(parity.type()), trainable(GENERATOR, generator(graphs)));
      List<Graph> all =
          graphs.loss().isRelativistic()
              ? List.of(graphs.realLogits(new GraphBuilder(parity.type())), built)
              : List.of(built);
      parity.check(gan.fixture(name), all);
    }
  }

  /** The three of four images with the highest logits, as by PyTorch's topk. */
  @ParameterizedTest
  @EnumSource
  void generatorStepOfTheTopK(Parity parity) {
    SmallGan gan = SmallGan.BIGGAN;
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs =
          gan.graphs(
              gan.networks(),
              latents,
              new DiffAugment(false, false, false),
              new TrainingSettings.Consistency(0, 0),
              new TrainingSettings.Lecam(0, 0.99),
              new TrainingSettings.TopK(0.75, 0, 1));
      Graph built =
          graphs.generatorStep(
              new GraphBuilder(parity.type()), trainable(GENERATOR, generator(graphs)));
      parity.check(
          "biggan-top-k",
          List.of(built),
          Map.of(TopK.COUNT, new double[] {3}, TopK.SHARE, new double[] {1 / 3.0}));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void images(SmallGan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = gan.latents(0)) {
      Scope scope = graph.scope(GENERATOR, BatchNormMode.BATCH);
      first(graph, gan.networks().images(scope, latents.declare(graph)), gan);
      parity.check(gan.fixture("images"), List.of(graph.build()));
    }
  }

  /** By running statistics, or truncated. */
  @ParameterizedTest
  @MethodSource("all")
  void samples(SmallGan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = gan.latents(0)) {
      Scope scope = graph.scope(GENERATOR, BatchNormMode.RUNNING);
      SDVariable psi = graph.sameDiff().constant(Nd4j.scalar(parity.type(), 0.7));
      first(graph, gan.networks().truncated(scope, latents.declare(graph), psi), gan);
      parity.check(gan.fixture("sample"), List.of(graph.build()));
    }
  }

  /** The first two pictures are an output: fixtures do not hold more. */
  private static void first(GraphBuilder graph, SDVariable images, SmallGan gan) {
    int size = gan.networks().spec().size();
    graph.output("images", graph.sameDiff().slice(images, new int[4], 2, size, size, 3));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientPenalty(SmallGan gan, Parity parity) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs = gan.graphs(latents);
      ParameterLayout layout = graphs.discriminatorStep(new GraphBuilder(parity.type()));
      Graph gradient =
          gan.penalty()
              .gradientGraph(parity.type(), graphs.discriminator()::realLogits, graphs.pictures());
      Graph penalty =
          gan.penalty()
              .penaltyGraph(
                  parity.type(),
                  graphs.discriminator()::realLogits,
                  trainable(DISCRIMINATOR, layout),
                  graphs.pictures());
      parity.check(
          gan.fixture("penalty"), List.of(gradient, penalty), weight(gan.penaltyWeight()), LOSS);
    }
  }

  @ParameterizedTest
  @MethodSource("styleGans")
  void pathLength(SmallGan gan, Parity parity) {
    try (Latents latents = gan.latents(0)) {
      StepGraphs graphs = gan.graphs(latents);
      GraphBuilder mapping = new GraphBuilder(parity.type());
      mapping.output(PathLength.LATENTS, graphs.styles(mapping));
      PathLength.Generator generator =
          graphs.synthesis(BATCH, gan.networks().styles(), SmallGan.STYLE_SIZE);
      Graph gradient = PathLength.gradientGraph(parity.type(), generator);
      Graph penalty =
          new PathLength(0.01)
              .penaltyGraph(
                  parity.type(),
                  generator,
                  graphs::styles,
                  trainable(GENERATOR, generator(graphs)),
                  false);
      parity.check(
          gan.fixture("path-length"), List.of(mapping.build(), gradient, penalty), weight(2), LOSS);
    }
  }

  /** As far from exact gradients as PyTorch's autocast is. */
  @Test
  void mixedPrecision() {
    GanNetworks networks =
        GanNetworks.of(SmallGan.network("biggan", 16, 16), ImageSpec.rgb(32, CLASSES));
    Precision precision = Precision.mixed(Bfloat16Choice.always(Bfloat16Algorithm.PORTABLE));
    try (Latents latents = new Latents(networks, 16, 6, CLASSES, 0)) {
      StepGraphs graphs = SmallGan.BIGGAN.graphs(networks, latents);
      GraphBuilder discriminating = new GraphBuilder(DataType.FLOAT);
      ParameterLayout layout = graphs.discriminatorStep(discriminating);
      MixedParity.check(
          "biggan-mixed-discriminator",
          discriminating.build(LOSS, trainable(DISCRIMINATOR, layout)),
          precision);
      MixedParity.check(
          "biggan-mixed-generator",
          graphs.generatorStep(
              new GraphBuilder(DataType.FLOAT), trainable(GENERATOR, generator(graphs))),
          precision);
    }
  }

  private static Map<String, double[]> weight(double weight) {
    return Map.of(
        PenaltyWeight.WEIGHT,
        new double[] {weight},
        PenaltyWeight.SCALE,
        new double[] {2 * weight / BATCH});
  }

  private static ParameterLayout generator(StepGraphs graphs) {
    return graphs.fakes(new GraphBuilder(Parity.FLOAT.type()));
  }

  private static List<String> trainable(String network, ParameterLayout layout) {
    return layout.slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .map(slot -> network + slot.name())
        .toList();
  }
}
