package io.troupe.metrics.cifar;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Features of a built-in classifier of CIFAR-100's 20 superclasses: the means of its last stage's
 * channels, and its logits. For images of 32x32 pixels.
 *
 * <p>Scores made with it can be compared as long as {@link #identity} is the same, but never with
 * those of the Inception network.
 */
public final class CifarFeatures implements FeatureExtractor {
  /** Images per pass; a pass with fewer is filled up with earlier ones. */
  private static final int BATCH = 50;

  private static final int SIDE = ResidualNetwork.SIDE;
  private static final int IMAGE_LENGTH = SIDE * SIDE * 3;

  private final String identity;
  private final ParameterVector values;
  private final FloatVector input = FloatVector.zeros(BATCH, SIDE, SIDE, 3);
  private final FloatVector features = FloatVector.zeros(BATCH, ResidualNetwork.FEATURES);
  private final FloatVector logits = FloatVector.zeros(BATCH, ResidualNetwork.CLASSES);
  private final Program program;

  /**
   * The built-in classifier.
   *
   * @param height rows of the images
   * @param width columns of the images
   * @throws IllegalArgumentException if they are not 32x32
   */
  public CifarFeatures(int height, int width) {
    this(requireSize(height, width));
  }

  private static ClassifierWeights requireSize(int height, int width) {
    if (height != SIDE || width != SIDE) {
      throw new IllegalArgumentException(
          "cifar features are for pictures of %d x %d pixels, got %d x %d; use another extractor"
              .formatted(SIDE, SIDE, height, width));
    }
    return ClassifierWeights.embedded();
  }

  /** A classifier with these weights. */
  public CifarFeatures(ClassifierWeights weights) {
    identity = weights.identity();
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope(ResidualNetwork.PREFIX, BatchNormMode.RUNNING);
    ResidualNetwork.Results results =
        new ResidualNetwork(true).apply(scope, graph.input("images", input.array().shape()), BATCH);
    graph.output("features", results.features());
    graph.output("logits", results.logits());
    values = new ParameterVector(scope.layout(), DataType.FLOAT);
    values.floats().write().put(0, weights.values());
    program =
        CompiledGraph.compile(
            new Bindings(graph.build())
                .bindNetwork(ResidualNetwork.PREFIX, values)
                .bind("images", input.array())
                .bind("features", features.array())
                .bind("logits", logits.array()));
  }

  @Override
  public String name() {
    return "cifar";
  }

  /** The SHA-256 of its weights file. */
  public String identity() {
    return identity;
  }

  @Override
  public int dimension() {
    return ResidualNetwork.FEATURES;
  }

  @Override
  public int classes() {
    return ResidualNetwork.CLASSES;
  }

  @Override
  public void extract(float[] images, int count, float[] target) {
    require(images, count, target, dimension());
    for (int first = 0; first < count; first += BATCH) {
      int present = run(images, first, count);
      features.read().get(0, target, first * dimension(), present * dimension());
    }
  }

  @Override
  public void extract(float[] images, int count, float[] target, float[] classLogits) {
    require(images, count, target, dimension());
    require(images, count, classLogits, classes());
    for (int first = 0; first < count; first += BATCH) {
      int present = run(images, first, count);
      features.read().get(0, target, first * dimension(), present * dimension());
      logits.read().get(0, classLogits, first * classes(), present * classes());
    }
  }

  private int run(float[] images, int first, int count) {
    int present = Math.min(BATCH, count - first);
    input.write().put(0, images, first * IMAGE_LENGTH, present * IMAGE_LENGTH);
    program.run();
    return present;
  }

  private static void require(float[] images, int count, float[] target, int row) {
    if (count < 0
        || images.length < (long) count * IMAGE_LENGTH
        || target.length < (long) count * row) {
      throw new IllegalArgumentException(
          ("%d pictures of %d x %d x 3 are %d numbers and give %d; the arrays have room for %d and"
                  + " %d")
              .formatted(
                  count,
                  SIDE,
                  SIDE,
                  (long) count * IMAGE_LENGTH,
                  (long) count * row,
                  images.length,
                  target.length));
    }
  }

  @Override
  public void close() {
    program.close();
    values.close();
    input.close();
    features.close();
    logits.close();
  }
}
