package io.troupe.models.training;

import static io.troupe.models.training.StepGraphs.DISCRIMINATOR;
import static io.troupe.models.training.StepGraphs.GENERATOR;
import static io.troupe.models.training.StepGraphs.LOSS;

import io.troupe.config.NetworkSettings;
import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.NetworkSettings.StyleDesign;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.config.TrainingSettings.First;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Scope;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.parity.MixedParity;
import io.troupe.models.parity.Parity;
import io.troupe.models.penalties.GradientPenalty;
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
  private static final int BATCH = 4;
  private static final int CLASSES = 3;
  private static final int STYLE_SIZE = 8;
  private static final DeviationGroups CONSECUTIVE = DeviationGroups.CONSECUTIVE;
  private static final DeviationGroups STRIDED_GROUPS = DeviationGroups.STRIDED;

  private enum Gan {
    BIGGAN("biggan", 32, "hinge"),
    BIGGAN_64("biggan-64", 64, "hinge"),
    BIGGAN_128("biggan-128", 128, "hinge"),
    DCGAN("dcgan", 64, "logistic"),
    DCGAN_CONDITIONAL_32("dcgan-conditional-32", 32, "logistic"),
    DCGAN_CONDITIONAL_128("dcgan-conditional-128", 128, "logistic"),
    COMPACT("stylegan2-compact", 32, "hinge"),
    COMPACT_128("stylegan2-compact-128", 128, "hinge"),
    CIFAR("stylegan2-cifar", 32, "logistic"),
    RESIDUAL_64("stylegan2-residual-64", 64, "logistic"),
    STRIDED("stylegan2-strided", 32, "logistic");

    private final String file;
    private final int size;
    private final String loss;

    Gan(String file, int size, String loss) {
      this.file = file;
      this.size = size;
      this.loss = loss;
    }

    NetworkSettings settings() {
      return switch (this) {
        case BIGGAN -> network("biggan", 6, 6);
        case BIGGAN_64 -> network("biggan", 2, 1);
        case BIGGAN_128 -> network("biggan", 1, 1);
        case DCGAN -> network("dcgan", 2, 4);
        case DCGAN_CONDITIONAL_32, DCGAN_CONDITIONAL_128 ->
            network(
                "dcgan", 2, 4, new NetworkSettings.Dcgan(true), NetworkSettings.Stylegan2.COMPACT);
        case COMPACT -> styleGan2(StyleDesign.COMPACT, 3, 8, 8, BATCH, CONSECUTIVE);
        case COMPACT_128 -> styleGan2(StyleDesign.COMPACT, 2, 8, 8, BATCH, CONSECUTIVE);
        case RESIDUAL_64 -> styleGan2(StyleDesign.RESIDUAL, 3, 8, 2, BATCH, CONSECUTIVE);
        case CIFAR -> styleGan2(StyleDesign.CIFAR, 7, 7, 2, BATCH, CONSECUTIVE);
        case STRIDED -> styleGan2(StyleDesign.CIFAR, 7, 7, 2, BATCH / 2, STRIDED_GROUPS);
      };
    }

    private static NetworkSettings network(String kind, int generator, int discriminator) {
      return network(
          kind,
          generator,
          discriminator,
          NetworkSettings.Dcgan.PLAIN,
          NetworkSettings.Stylegan2.COMPACT);
    }

    private static NetworkSettings network(
        String kind,
        int generator,
        int discriminator,
        NetworkSettings.Dcgan dcgan,
        NetworkSettings.Stylegan2 stylegan2) {
      return new NetworkSettings(
          kind,
          kind.equals("stylegan2") ? 8 : 6,
          generator,
          discriminator,
          0.02,
          1e-8,
          1e-5,
          0.1,
          NetworkSettings.Biggan.PLAIN,
          dcgan,
          stylegan2);
    }

    private static NetworkSettings styleGan2(
        StyleDesign design,
        int channels,
        int maxChannels,
        int mappingLayers,
        int group,
        DeviationGroups groups) {
      return network(
          "stylegan2",
          channels,
          channels,
          NetworkSettings.Dcgan.PLAIN,
          new NetworkSettings.Stylegan2(
              design, STYLE_SIZE, mappingLayers, maxChannels, group, groups));
    }

    GanNetworks networks() {
      return GanNetworks.of(settings(), ImageSpec.rgb(size, CLASSES));
    }

    String fixture(String graph) {
      return file + "-" + graph;
    }

    GradientPenalty penalty() {
      return new GradientPenalty(this == BIGGAN ? 1 : 0);
    }

    double penaltyWeight() {
      return this == BIGGAN ? 10 : 5;
    }
  }

  static Stream<Arguments> all() {
    return pairs(Gan.BIGGAN, Gan.DCGAN, Gan.COMPACT, Gan.CIFAR);
  }

  /** Those of all sizes that there are generator steps of. */
  static Stream<Arguments> generating() {
    return pairs(Arrays.stream(Gan.values()).filter(gan -> gan != Gan.STRIDED).toArray(Gan[]::new));
  }

  static Stream<Arguments> discriminating() {
    return pairs(Gan.values());
  }

  static Stream<Arguments> styleGans() {
    return pairs(Gan.COMPACT, Gan.CIFAR);
  }

  private static Stream<Arguments> pairs(Gan... gans) {
    return Arrays.stream(gans)
        .flatMap(gan -> Arrays.stream(Parity.values()).map(parity -> Arguments.of(gan, parity)));
  }

  @ParameterizedTest
  @MethodSource("discriminating")
  void discriminatorStep(Gan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = latents(gan, 0)) {
      ParameterLayout layout = graphs(gan, latents).discriminatorStep(graph);
      Graph built = graph.build(LOSS, trainable(DISCRIMINATOR, layout));
      parity.check(gan.fixture("discriminator"), List.of(built), Map.of(), StepGraphs.LOGITS);
    }
  }

  /** Two shifts and mirrors of real and of generated images, and LeCam's penalty. */
  @ParameterizedTest
  @EnumSource
  void discriminatorStepWithPenaltiesOnLogits(Parity parity) {
    Gan gan = Gan.BIGGAN;
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = latents(gan, 0)) {
      ParameterLayout layout =
          graphs(
                  gan,
                  gan.networks(),
                  latents,
                  new TrainingSettings.Consistency(1, 1),
                  new TrainingSettings.Lecam(1, 0.99))
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
  void generatorStep(Gan gan, Parity parity) {
    generatorStep(gan, parity, 0, "generator");
  }

  /** In three parts, as where the discriminator is updated between them: the same gradients. */
  @ParameterizedTest
  @MethodSource("all")
  void pausedGeneratorStep(Gan gan, Parity parity) {
    try (Latents latents = latents(gan, 0)) {
      StepGraphs graphs = graphs(gan, latents);
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
  void generatorStepWithMixing(Gan gan, Parity parity) {
    generatorStep(gan, parity, 0.9, "mixing");
  }

  private static void generatorStep(Gan gan, Parity parity, double mixing, String name) {
    try (Latents latents = latents(gan, mixing)) {
      StepGraphs graphs = graphs(gan, latents);
      Graph built =
          graphs.generatorStep(
              new GraphBuilder(parity.type()), trainable(GENERATOR, generator(graphs)));
      parity.check(gan.fixture(name), List.of(built));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void images(Gan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = latents(gan, 0)) {
      Scope scope = graph.scope(GENERATOR, BatchNormMode.BATCH);
      first(graph, gan.networks().images(scope, latents.declare(graph)), gan);
      parity.check(gan.fixture("images"), List.of(graph.build()));
    }
  }

  /** By running statistics, or truncated. */
  @ParameterizedTest
  @MethodSource("all")
  void samples(Gan gan, Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    try (Latents latents = latents(gan, 0)) {
      Scope scope = graph.scope(GENERATOR, BatchNormMode.RUNNING);
      SDVariable psi = graph.sameDiff().constant(Nd4j.scalar(parity.type(), 0.7));
      first(graph, gan.networks().truncated(scope, latents.declare(graph), psi), gan);
      parity.check(gan.fixture("sample"), List.of(graph.build()));
    }
  }

  /** The first two pictures are an output: fixtures do not hold more. */
  private static void first(GraphBuilder graph, SDVariable images, Gan gan) {
    int size = gan.networks().spec().size();
    graph.output("images", graph.sameDiff().slice(images, new int[4], 2, size, size, 3));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientPenalty(Gan gan, Parity parity) {
    try (Latents latents = latents(gan, 0)) {
      StepGraphs graphs = graphs(gan, latents);
      ParameterLayout layout = graphs.discriminatorStep(new GraphBuilder(parity.type()));
      Graph gradient =
          gan.penalty().gradientGraph(parity.type(), graphs::realLogits, graphs.pictures());
      Graph penalty =
          gan.penalty()
              .penaltyGraph(
                  parity.type(),
                  graphs::realLogits,
                  trainable(DISCRIMINATOR, layout),
                  graphs.pictures());
      parity.check(
          gan.fixture("penalty"), List.of(gradient, penalty), weight(gan.penaltyWeight()), LOSS);
    }
  }

  @ParameterizedTest
  @MethodSource("styleGans")
  void pathLength(Gan gan, Parity parity) {
    try (Latents latents = latents(gan, 0)) {
      StepGraphs graphs = graphs(gan, latents);
      GraphBuilder mapping = new GraphBuilder(parity.type());
      mapping.output(PathLength.LATENTS, graphs.styles(mapping));
      PathLength.Generator generator = graphs.synthesis(BATCH, gan.networks().styles(), STYLE_SIZE);
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
        GanNetworks.of(Gan.network("biggan", 16, 16), ImageSpec.rgb(32, CLASSES));
    Precision precision = Precision.mixed(Bfloat16Choice.always(Bfloat16Algorithm.PORTABLE));
    try (Latents latents = new Latents(networks, 16, 6, CLASSES, 0)) {
      StepGraphs graphs = graphs(Gan.BIGGAN, networks, latents);
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

  private static Latents latents(Gan gan, double mixing) {
    return new Latents(gan.networks(), BATCH, gan.settings().latentSize(), CLASSES, mixing);
  }

  private static StepGraphs graphs(Gan gan, Latents latents) {
    return graphs(gan, gan.networks(), latents);
  }

  private static StepGraphs graphs(Gan gan, GanNetworks networks, Latents latents) {
    return graphs(
        gan,
        networks,
        latents,
        new TrainingSettings.Consistency(0, 0),
        new TrainingSettings.Lecam(0, 0.99));
  }

  private static StepGraphs graphs(
      Gan gan,
      GanNetworks networks,
      Latents latents,
      TrainingSettings.Consistency consistency,
      TrainingSettings.Lecam lecam) {
    TrainingSettings.Adam adam = new TrainingSettings.Adam(1e-3, 0, 0.99, 1e-8);
    TrainingSettings training =
        new TrainingSettings(
            1,
            BATCH,
            TrainingSettings.WHOLE_BATCH,
            1,
            gan.loss,
            0,
            0,
            First.DISCRIMINATOR,
            false,
            0,
            Regularisation.ADDED,
            adam,
            adam,
            new TrainingSettings.GradientPenalty(0, 0, 1),
            new TrainingSettings.PathLength(0, 0, 1, 0, 0),
            new TrainingSettings.DiffAugment(false, false, false),
            new TrainingSettings.Ada(0, 0, 0, 0, 0, 0.6, 500_000, 4),
            consistency,
            lecam,
            TrainingSettings.BurnIn.NONE);
    DiffAugment none = new DiffAugment(false, false, false);
    return new StepGraphs(
        training, AdversarialLoss.named(training.loss()), networks, latents, none, CLASSES);
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
