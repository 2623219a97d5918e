package io.troupe.metrics.inception;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import java.nio.FloatBuffer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The features called pool3 of the Inception network of 2015-12-05, which make a Frechet distance
 * the FID of Heusel et al. (2017), and its logits without bias, which the Inception score of
 * Salimans et al. (2016) takes.
 *
 * <p>Images of any size are resized to 299x299 (see {@link BilinearResize}). The network works in
 * batches of a fixed size, so that rows do not depend on how many images are given at once.
 */
public final class InceptionFeatures implements FeatureExtractor {
  /** Images that the network takes at once. */
  public static final int BATCH = 32;

  /** In place of logits. */
  private static final float[] NOT_WANTED = {};

  private static final int COLOURS = 3;
  private static final int INPUT = Network.SIZE * Network.SIZE * COLOURS;

  private final int height;
  private final int width;
  private final int batch;
  private final byte[] levels;
  private final ParameterVector values;
  private final FloatVector input;
  private final FloatVector features;
  private final FloatVector logits;
  private final Program program;
  private BilinearResize resize;

  /**
   * An extractor for generated images of one size; levels may have any size.
   *
   * @param weights copied
   * @param height of images given as floats
   * @param width of images given as floats
   */
  public InceptionFeatures(InceptionWeights weights, int height, int width) {
    this(weights, height, width, BATCH, CompiledGraph::compile);
  }

  /** With another batch or another way to run graphs. */
  public InceptionFeatures(
      InceptionWeights weights, int height, int width, int batch, ProgramCompiler compiler) {
    this.height = height;
    this.width = width;
    this.batch = batch;
    resize = new BilinearResize(height, width);
    levels = new byte[height * width * COLOURS];
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope("", BatchNormMode.BATCH);
    Network network = new Network(scope);
    SDVariable pool3 =
        network.features(graph.input("pictures", batch, Network.SIZE, Network.SIZE, COLOURS));
    graph.output("features", pool3);
    graph.output("logits", network.logits(pool3));
    values = new ParameterVector(scope.layout(), DataType.FLOAT);
    FloatBuffer flat = values.floats().write();
    for (ParameterLayout.Slot slot : scope.layout().slots()) {
      flat.put(Math.toIntExact(slot.offset()), weights.values().get(slot.name()));
    }
    input = FloatVector.zeros(batch, Network.SIZE, Network.SIZE, COLOURS);
    features = FloatVector.zeros(batch, Units.FEATURES);
    logits = FloatVector.zeros(batch, Units.CLASSES);
    program =
        compiler.compile(
            new Bindings(graph.build())
                .bindNetwork("", values)
                .bind("pictures", input.array())
                .bind("features", features.array())
                .bind("logits", logits.array()));
  }

  @Override
  public String name() {
    return "inception";
  }

  @Override
  public int dimension() {
    return Units.FEATURES;
  }

  @Override
  public int classes() {
    return Units.CLASSES;
  }

  /** Images are first rounded to levels as in PNG files: round((x + 1) * 127.5), 0 to 255. */
  @Override
  public void extract(float[] images, int count, float[] features) {
    extract(images, count, features, NOT_WANTED);
  }

  /** As {@link #extract(float[], int, float[])}, and the logits. */
  @Override
  public void extract(float[] images, int count, float[] features, float[] logits) {
    requireRoom(images.length, height, width, count, features, logits);
    for (int first = 0; first < count; first += batch) {
      int some = Math.min(batch, count - first);
      for (int i = 0; i < some; i++) {
        int offset = (first + i) * levels.length;
        for (int k = 0; k < levels.length; k++) {
          levels[k] = level(images[offset + k]);
        }
        resize(height, width).resize(levels, 0, input.write(), i * INPUT);
      }
      run(first, some, features, logits);
    }
  }

  private static byte level(float value) {
    return (byte) Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
  }

  /**
   * Computes features and logits of images in levels from 0 to 255.
   *
   * @param pixels RGB, row after row, one after the other
   * @param height of each, at least 1
   * @param width of each, at least 1
   * @param count number of images
   * @param features gets {@code count} rows of {@link #dimension}
   * @param logits gets {@code count} rows of {@link #classes}
   * @throws IllegalArgumentException if an array is too short
   */
  public void extract(
      byte[] pixels, int height, int width, int count, float[] features, float[] logits) {
    requireRoom(pixels.length, height, width, count, features, logits);
    int length = height * width * COLOURS;
    for (int first = 0; first < count; first += batch) {
      int some = Math.min(batch, count - first);
      for (int i = 0; i < some; i++) {
        resize(height, width).resize(pixels, (first + i) * length, input.write(), i * INPUT);
      }
      run(first, some, features, logits);
    }
  }

  private static void requireRoom(
      int numbers, int height, int width, int count, float[] features, float[] logits) {
    if (height < 1
        || width < 1
        || count < 0
        || numbers < (long) count * height * width * COLOURS
        || features.length < (long) count * Units.FEATURES
        || (logits != NOT_WANTED && logits.length < (long) count * Units.CLASSES)) {
      throw new IllegalArgumentException(
          ("%d pictures of %d x %d x %d need as many numbers and %d and %d results each; the arrays"
                  + " have room for %d, %d and %d")
              .formatted(
                  count,
                  height,
                  width,
                  COLOURS,
                  Units.FEATURES,
                  Units.CLASSES,
                  numbers,
                  features.length,
                  logits.length));
    }
  }

  private BilinearResize resize(int wantedHeight, int wantedWidth) {
    if (!resize.isFor(wantedHeight, wantedWidth)) {
      resize = new BilinearResize(wantedHeight, wantedWidth);
    }
    return resize;
  }

  private void run(int first, int count, float[] features, float[] logits) {
    program.run();
    this.features.read().get(0, features, first * Units.FEATURES, count * Units.FEATURES);
    if (logits != NOT_WANTED) {
      this.logits.read().get(0, logits, first * Units.CLASSES, count * Units.CLASSES);
    }
  }

  /** Off-heap bytes that are held: weights, intermediate results, images and results. */
  public long plannedBytes() {
    long floats = values.flat().length() + input.length() + features.length() + logits.length();
    return program.plannedBytes() + floats * Float.BYTES;
  }

  @Override
  public void close() {
    program.close();
    logits.close();
    features.close();
    input.close();
    values.close();
  }
}
