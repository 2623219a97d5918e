package io.troupe.models.training;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.MirrorAndShift;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.Logits;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.penalties.LogitPenalty;
import io.troupe.models.penalties.PathLength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static Scope discriminating(GraphBuilder graph) {
    return graph.scope(DISCRIMINATOR, BatchNormMode.BATCH);
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
    Scope scope = discriminating(graph);
    Discriminated found = discriminateBoth(graph, scope, fake, fakeLabels, moves());
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
    graph.output(LOGITS, rows(graph, found.output().logits(), 0, 2 * batch()));
    graph.output(REAL_LOGIT, found.logits().real().mean());
    graph.output(FAKE_LOGIT, found.logits().fake().mean());
    if (training.ada().isWanted()) {
      SDVariable real = found.logits().real();
      graph.output(REAL_SIGNS, ones(graph, real).sub(ones(graph, real.neg())).sum());
    }
    return scope.layout();
  }

  /** 1 where a value is above 0, and else 0. */
  private static SDVariable ones(GraphBuilder graph, SDVariable values) {
    return values.gt(0).castTo(graph.type());
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
   * What the discriminator says of a batch, and its logits apart.
   *
   * @param moved logits of images that are slightly changed, by the names of the draws for them
   */
  private record Discriminated(
      DiscriminatorOutput output, Logits logits, Map<String, SDVariable> moved) {
    LogitPenalty.Judged judged() {
      return new LogitPenalty.Judged(
          logits.real(),
          logits.fake(),
          Optional.ofNullable(moved.get(REAL_MOVES)),
          Optional.ofNullable(moved.get(FAKE_MOVES)));
    }
  }

  /**
   * Adds the discriminator of generated images and of as many real ones, all augmented.
   *
   * @param moves of which of them slightly changed ones are to be judged too
   */
  private Discriminated discriminateBoth(
      GraphBuilder graph,
      Scope scope,
      SDVariable fakes,
      SDVariable fakeLabels,
      List<String> moves) {
    SDVariable real = augmented(graph, graph.input(REAL, pictures()), REAL_AUGMENTATION);
    SDVariable fake = augmented(graph, fakes, FAKE_AUGMENTATION);
    SDVariable realLabels = graph.input(REAL_CLASSES, batch(), classes);
    // One pass over all equals several passes, with one power iteration.
    List<SDVariable> images = new ArrayList<>(List.of(fake, real));
    List<SDVariable> labels = new ArrayList<>(List.of(fakeLabels, realLabels));
    for (String name : moves) {
      boolean ofReal = name.equals(REAL_MOVES);
      SDVariable seen = ofReal ? real : fake;
      images.add(new MirrorAndShift().apply(graph, name, seen, pictures()));
      labels.add(ofReal ? realLabels : fakeLabels);
    }
    DiscriminatorOutput output =
        networks.discriminate(
            scope,
            graph.sameDiff().concat(0, images.toArray(SDVariable[]::new)),
            graph.sameDiff().concat(0, labels.toArray(SDVariable[]::new)),
            (long) images.size() * batch(),
            images.size());
    Map<String, SDVariable> moved = new HashMap<>();
    for (int i = 0; i < moves.size(); i++) {
      moved.put(moves.get(i), rows(graph, output.logits(), (2 + i) * batch(), batch()));
    }
    return new Discriminated(
        output,
        Logits.of(
            rows(graph, output.logits(), batch(), batch()),
            rows(graph, output.logits(), 0, batch())),
        moved);
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
    Discriminated found =
        loss.isRelativistic()
            ? discriminateBoth(graph, discriminating(graph), images, labels, List.of())
            : discriminateFakes(graph, images, labels);
    return found.output().completed(loss.generator(graph.sameDiff(), found.logits()));
  }

  private Discriminated discriminateFakes(
      GraphBuilder graph, SDVariable images, SDVariable labels) {
    SDVariable seen = augmented(graph, images, FAKE_AUGMENTATION);
    DiscriminatorOutput output =
        networks.discriminate(discriminating(graph), seen, labels, batch(), 1);
    return new Discriminated(output, Logits.of(output.logits()), Map.of());
  }

  /** Whether path length reads the generator step's styles. */
  boolean pathLengthOfTheStep() {
    return training.pathLength().weight() > 0 && training.pathLength().batchShrink() == 0;
  }

  /** Adds the discriminator of real images, augmented as in its step. */
  SDVariable realLogits(GraphBuilder graph, SDVariable images) {
    return logits(graph, images, REAL_AUGMENTATION, REAL_CLASSES);
  }

  /** Adds the discriminator of generated images, augmented as in its step. */
  SDVariable fakeLogits(GraphBuilder graph, SDVariable images) {
    return logits(graph, images, FAKE_AUGMENTATION, FAKE_CLASSES);
  }

  /** Adds the discriminator of real images and then as many generated ones, as in its step. */
  SDVariable allLogits(GraphBuilder graph, SDVariable images) {
    return networks.logits(
        discriminating(graph),
        graph
            .sameDiff()
            .concat(
                0,
                augmented(graph, half(graph, images, 0), REAL_AUGMENTATION),
                augmented(graph, half(graph, images, batch()), FAKE_AUGMENTATION)),
        graph
            .sameDiff()
            .concat(
                0,
                graph.input(REAL_CLASSES, batch(), classes),
                graph.input(FAKE_CLASSES, batch(), classes)),
        2L * batch(),
        2);
  }

  private SDVariable half(GraphBuilder graph, SDVariable images, int from) {
    int size = networks.spec().size();
    return graph
        .sameDiff()
        .slice(images, new int[] {from, 0, 0, 0}, batch(), size, size, networks.spec().channels());
  }

  private SDVariable logits(GraphBuilder graph, SDVariable images, String draws, String labels) {
    return networks.logits(
        discriminating(graph),
        augmented(graph, images, draws),
        graph.input(labels, batch(), classes),
        batch(),
        1);
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

  private SDVariable augmented(GraphBuilder graph, SDVariable images, String name) {
    return augmentation.apply(graph, name, images, pictures());
  }

  private static SDVariable rows(GraphBuilder graph, SDVariable logits, int from, int count) {
    return graph.sameDiff().slice(logits, new int[] {from, 0}, count, 1);
  }
}
