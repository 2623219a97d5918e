package io.troupe.models.training;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The inputs of a generator for one batch: latent vectors, one-hot classes, and what else its
 * network reads. Owns its arrays, which are refilled in place.
 */
final class Latents implements AutoCloseable {
  private static final String VECTORS = "latents";
  private static final String CLASSES = "classes";
  private static final String NOISE = "generator noise ";
  private static final String MIXED = "mixed latents";
  private static final String MASK = "mixing mask";
  private static final long HASH_START = 0xCBF29CE484222325L;
  private static final long HASH_PRIME = 0x100000001B3L;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final FloatVector vectors;
  private final OneHot oneHot;
  private final List<FloatVector> noise;
  private final Optional<Mixing> mixing;
  private double mixingShare;

  private static void drawNormal(FloatVector target, CounterRandom random, int from, int count) {
    FloatBuffer values = target.write();
    for (int i = from; i < from + count; i++) {
      values.put(i, (float) random.nextGaussian());
    }
  }

  private static void drawNormal(FloatVector target, CounterRandom random) {
    drawNormal(target, random, 0, target.length());
  }

  private record Mixing(FloatVector vectors, FloatVector mask, int styles) {}

  /**
   * Inputs for networks.
   *
   * @param mixing share of pictures with styles of two latent vectors
   */
  Latents(GanNetworks networks, int batch, int latentSize, int classCount, double mixing) {
    vectors = floats(batch, latentSize);
    oneHot = new OneHot(batch, classCount);
    owned.add(oneHot);
    noise =
        networks.noiseShapes(batch).stream()
            .map(shape -> floats(shape.stream().mapToLong(Long::longValue).toArray()))
            .toList();
    int styles = networks.styles();
    mixingShare = mixing;
    this.mixing =
        mixing > 0
            ? Optional.of(new Mixing(floats(batch, latentSize), floats(batch, styles, 1), styles))
            : Optional.empty();
  }

  /** Another share of pictures with styles of two latent vectors; neither may be 0. */
  void setMixingShare(double share) {
    mixingShare = share;
  }

  private FloatVector floats(long... shape) {
    FloatVector floats = FloatVector.zeros(shape);
    owned.add(floats);
    return floats;
  }

  /** Adds these inputs to a graph. */
  GeneratorInputs declare(GraphBuilder graph) {
    return declare(graph, declareNoise(graph));
  }

  /** Adds these inputs to a graph, apart from noise that it has already. */
  GeneratorInputs declare(GraphBuilder graph, List<SDVariable> declaredNoise) {
    return new GeneratorInputs(
        graph.input(VECTORS, vectors.array().shape()),
        graph.input(CLASSES, oneHot.array().shape()),
        declaredNoise,
        mixing.map(
            mixed ->
                new GeneratorInputs.Mixing(
                    graph.input(MIXED, mixed.vectors().array().shape()),
                    graph.input(MASK, mixed.mask().array().shape()))),
        oneHot.rows());
  }

  /** Adds the noise alone to a graph. */
  List<SDVariable> declareNoise(GraphBuilder graph) {
    List<SDVariable> inputs = new ArrayList<>();
    for (int i = 0; i < noise.size(); i++) {
      inputs.add(graph.input(NOISE + i, noise.get(i).array().shape()));
    }
    return inputs;
  }

  /** Binds what {@link #declare} or {@link #declareNoise} has added. */
  Bindings bind(Bindings bindings) {
    bindings.bindIfPresent(VECTORS, vectors.array()).bindIfPresent(CLASSES, oneHot.array());
    for (int i = 0; i < noise.size(); i++) {
      bindings.bindIfPresent(NOISE + i, noise.get(i).array());
    }
    mixing.ifPresent(
        mixed ->
            bindings
                .bindIfPresent(MIXED, mixed.vectors().array())
                .bindIfPresent(MASK, mixed.mask().array()));
    return bindings;
  }

  /** N. */
  int batch() {
    return oneHot.rows();
  }

  /** One-hot [N, classes]. */
  INDArray classes() {
    return oneHot.array();
  }

  /** Draws everything: standard normal vectors and noise, uniform classes, where styles change. */
  void draw(long seed, Stream stream, long step, int index) {
    CounterRandom random = new CounterRandom(seed, stream, step, index);
    drawNormal(vectors, random);
    for (int row = 0; row < oneHot.rows(); row++) {
      oneHot.set(row, random.nextInt(oneHot.classes()));
    }
    for (FloatVector floats : noise) {
      drawNormal(floats, random);
    }
    mixing.ifPresent(mixed -> drawMixing(mixed, random));
  }

  /** Takes classes in the place of those that were drawn: some of a larger batch's, from one on. */
  void setClasses(int[] labels, int first) {
    for (int row = 0; row < oneHot.rows(); row++) {
      oneHot.set(row, labels[first + row]);
    }
  }

  /** Takes the index-th part of the rows of a larger batch. */
  void takePart(Latents whole, int index) {
    vectors.takePart(whole.vectors, index);
    oneHot.takePart(whole.oneHot, index);
    for (int i = 0; i < noise.size(); i++) {
      noise.get(i).takePart(whole.noise.get(i), index);
    }
    if (mixing.isPresent()) {
      Mixing drawn = whole.mixing.orElseThrow();
      mixing.get().vectors().takePart(drawn.vectors(), index);
      mixing.get().mask().takePart(drawn.mask(), index);
    }
  }

  private void drawMixing(Mixing mixed, CounterRandom random) {
    drawNormal(mixed.vectors(), random);
    int styles = mixed.styles();
    FloatBuffer mask = mixed.mask().write();
    for (int row = 0; row < oneHot.rows(); row++) {
      boolean isMixed = random.nextDouble() < mixingShare;
      int change = isMixed ? 1 + random.nextInt(styles - 1) : styles;
      for (int style = 0; style < styles; style++) {
        mask.put(row * styles + style, style < change ? 0 : 1);
      }
    }
  }

  /** Sets one row: a latent vector and a class. Noise stays as it is: at first zero. */
  void set(int row, float[] latent, int label) {
    vectors.write().put(row * latent.length, latent);
    oneHot.set(row, label);
  }

  /** Draws one row's noise from its latent vector: equal vectors have equal noise. */
  void drawNoise(int row, float[] latent) {
    if (noise.isEmpty()) {
      return;
    }
    long hash = HASH_START;
    for (float value : latent) {
      hash = (hash ^ Float.floatToIntBits(value)) * HASH_PRIME;
    }
    CounterRandom random = new CounterRandom(hash, Stream.PICTURE_NOISE, 0, 0);
    for (FloatVector floats : noise) {
      int length = floats.length() / oneHot.rows();
      drawNormal(floats, random, row * length, length);
    }
  }

  @Override
  public void close() {
    Resources.closeInReverse(owned);
  }
}
