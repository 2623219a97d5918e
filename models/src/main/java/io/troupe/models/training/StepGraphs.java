package io.troupe.models.training;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.Logits;
import io.troupe.models.losses.TopK;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.penalties.LogitPenalty;
import io.troupe.models.penalties.PathLength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What the steps of a training compute, as graphs whose inputs and outputs have names.
 *
 * @param latents of all pictures of a graph
 * @param augmentation of what the discriminator sees
 */
record StepGraphs(
    TrainingSettings training,
    AdversarialLoss loss,
    GanNetworks networks,
    Latents latents,
    Augmentation augmentation,
    int classes) {
  static final String GENERATOR = "generator/";
  static final String DISCRIMINATOR = "discriminator/";

  /** Pictures, in and out: [N, size, size, channels]. */
  static final String REAL = "real";

  static final String FAKE = "fake";
  static final String IMAGES = "images";

  /** One-hot classes, [N, classes]. */
  static final String REAL_CLASSES = "real classes";

  static final String FAKE_CLASSES = "fake classes";

  /** Begin the names of how images are slightly changed for consistency. */
  static final String REAL_MOVES = "real moves/";

  static final String FAKE_MOVES = "fake moves/";

  /** Begin the names of what augmentation reads. */
  static final String REAL_AUGMENTATION = "real augmentation/";

  static final String FAKE_AUGMENTATION = "fake augmentation/";

  /** Scalars. */
  static final String LOSS = "loss";

  static final String REAL_LOGIT = "real logit";
  static final String FAKE_LOGIT = "fake logit";

  /** Of real images, [N, 1]; the generator's loss reads them if it is relativistic. */
  static final String REAL_LOGITS = "real logits";

  /** How many logits of real images are above 0, less those below; with adaptive augmentation. */
  static final String REAL_SIGNS = "real signs";

  /** Of the generated pictures, and then of the real ones: [2N, 1]. */
  static final String LOGITS = "logits";

  /** Of the discriminator's quantisers, if it has any. */
  static final String PERPLEXITY = "perplexity";

  /** The loss's slope by the generated pictures, in their shape. */
  static final String SLOPE = Graph.gradientOf(FAKE);

  /** Of pictures and slope, whose gradients are those of the loss. */
  static final String PRODUCT = "product";

  /** The styles of the generated pictures, [N, styles, styleSize]. */
  static final String STYLES = "styles";

  /** The same with other latents, of another number of pictures. */
  StepGraphs with(Latents others) {
    return new StepGraphs(training, loss, networks, others, augmentation, classes);
  }

  private int batch() {
    return latents.batch();
  }

  private static Scope generating(GraphBuilder graph) {
    return graph.scope(GENERATOR, BatchNormMode.BATCH);
  }

  /** The discriminator of as many pictures. */
  StepDiscriminator discriminator() {
    return new StepDiscriminator(networks, augmentation, batch(), classes);
  }

  /** N, H, W and C of a batch. */
  long[] pictures() {
    return networks.spec().shape(batch());
  }

  /** Adds the making of {@link #IMAGES}; gives the generator's layout. */
  ParameterLayout fakes(GraphBuilder graph) {
    Scope scope = generating(graph);
    graph.output(IMAGES, networks.images(scope, latents.declare(graph)));
    return scope.layout();
  }

  /** Adds the discriminator's loss; gives the discriminator's layout. */
  ParameterLayout discriminatorStep(GraphBuilder graph) {
    SDVariable fake = graph.input(FAKE, pictures());
    SDVariable fakeLabels = graph.input(FAKE_CLASSES, batch(), classes);
    Scope scope = StepDiscriminator.scope(graph);
    StepDiscriminator.Discriminated found =
        discriminator().both(graph, scope, fake, fakeLabels, moves());
    SDVariable value = loss.discriminator(graph.sameDiff(), found.logits());
    for (LogitPenalty penalty : logitPenalties()) {
      SDVariable term = penalty.of(graph, training, found.judged());
      graph.output(penalty.name(), term);
      value = value.add(term);
    }
    graph.output(LOSS, found.output().completed(value));
    found
        .output()
        .quantisation()
        .ifPresent(
            quantisation -> {
              quantisation.follow();
              graph.output(PERPLEXITY, quantisation.perplexity());
            });
    // Without those of images that are changed for consistency.
    graph.output(LOGITS, StepDiscriminator.rows(graph, found.output().logits(), 0, 2 * batch()));
    graph.output(REAL_LOGIT, found.logits().real().mean());
    graph.output(FAKE_LOGIT, found.logits().fake().mean());
    if (training.ada().isWanted()) {
      SDVariable real = found.logits().real();
      graph.output(REAL_SIGNS, graph.positive(real).sub(graph.positive(real.neg())).sum());
    }
    return scope.layout();
  }

  /** The penalties of the discriminator's step that are wanted. */
  List<LogitPenalty> logitPenalties() {
    return LogitPenalty.all().stream().filter(penalty -> penalty.isWanted(training)).toList();
  }

  /** Which images are to be judged slightly changed too, by the names of the draws for them. */
  List<String> moves() {
    List<String> moves = new ArrayList<>();
    if (training.consistency().real() > 0) {
      moves.add(REAL_MOVES);
    }
    if (training.consistency().fake() > 0) {
      moves.add(FAKE_MOVES);
    }
    return moves;
  }

  /**
   * The generator's loss, and with path length regularisation its {@link #STYLES}.
   *
   * @param parameters names of the differentiated inputs
   */
  Graph generatorStep(GraphBuilder graph, List<String> parameters) {
    GeneratorInputs inputs = latents.declare(graph);
    SDVariable images = generated(graph, inputs);
    graph.output(LOSS, generatorLoss(graph, images, inputs.labels()));
    return graph.build(LOSS, parameters);
  }

  /**
   * Pictures, {@link #IMAGES}, and the gradients of the generator's loss by its {@link #SLOPE} at
   * them: between the two, the discriminator may read the pictures and even be updated.
   *
   * @param parameters names of the differentiated inputs
   */
  Graph pausedGeneratorStep(GraphBuilder graph, List<String> parameters) {
    SDVariable images = generated(graph, latents.declare(graph));
    graph.output(IMAGES, images);
    graph.output(PRODUCT, images.mul(graph.input(SLOPE, pictures())).sum());
    return graph.build(PRODUCT, parameters);
  }

  /** The generator's loss of pictures {@link #FAKE}, and its {@link #SLOPE} at them. */
  Graph discriminatedFakes(GraphBuilder graph) {
    SDVariable fake = graph.input(FAKE, pictures());
    graph.output(LOSS, generatorLoss(graph, fake, graph.input(FAKE_CLASSES, batch(), classes)));
    return graph.build(LOSS, List.of(FAKE));
  }

  private SDVariable generated(GraphBuilder graph, GeneratorInputs inputs) {
    if (!pathLengthOfTheStep()) {
      return networks.images(generating(graph), inputs);
    }
    StyledNetworks network = networks.styled().orElseThrow();
    SDVariable styles = network.styles(generating(graph), inputs);
    graph.output(STYLES, styles);
    return network.synthesis(generating(graph), styles, inputs.noise(), batch());
  }

  private SDVariable generatorLoss(GraphBuilder graph, SDVariable images, SDVariable labels) {
    DiscriminatorOutput output = discriminator().fakes(graph, images, labels);
    SDVariable fake = output.logits();
    Logits logits =
        loss.isRelativistic()
            ? Logits.of(graph.input(REAL_LOGITS, batch(), 1), fake)
            : Logits.of(fake);
    SDVariable losses = loss.generator(graph.sameDiff(), logits);
    return output.completed(
        training.topK().isWanted() ? TopK.mean(graph, losses, fake, batch()) : losses.mean());
  }

  /**
   * The {@link #REAL_LOGITS} that the generator's loss reads, if it is relativistic. They are no
   * part of its graph, which would go back through the discriminator for real images too, for
   * nothing.
   */
  Graph realLogits(GraphBuilder graph) {
    SDVariable real = graph.input(REAL, pictures());
    graph.output(REAL_LOGITS, discriminator().realLogits(graph, real));
    return graph.build();
  }

  /** Whether path length reads the generator step's styles. */
  boolean pathLengthOfTheStep() {
    return training.pathLength().weight() > 0 && training.pathLength().batchShrink() == 0;
  }

  /** Adds the mapping network of StyleGAN2, without noise. */
  SDVariable styles(GraphBuilder graph) {
    return networks
        .styled()
        .orElseThrow()
        .styles(generating(graph), latents.declare(graph, List.of()));
  }

  /**
   * The synthesis network of StyleGAN2.
   *
   * @param styles shape of the styles
   */
  PathLength.Generator synthesis(long... styles) {
    StyledNetworks network = networks.styled().orElseThrow();
    return new PathLength.Generator(
        (graph, w) -> network.synthesis(generating(graph), w, latents.declareNoise(graph), batch()),
        Arrays.stream(styles).boxed().toList(),
        Arrays.stream(pictures()).boxed().toList());
  }
}
