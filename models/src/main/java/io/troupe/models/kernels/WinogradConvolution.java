package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The forward pass or the input's gradient of a 3x3 convolution by {@link Winograd}'s F(4x4, 3x3):
 * a quarter of the multiplications, as 36 matrix products. The input's gradient is the convolution
 * of the result's gradient with the filters turned by half a turn.
 *
 * <p>Pictures are taken in blocks, whose points stay in the cache between the transformations and
 * the products.
 */
final class WinogradConvolution implements Kernel {
  private static final int MATRICES = Winograd.POINTS * Winograd.POINTS;
  private static final long BLOCK_BYTES = 12L << 20;

  private final ConvolutionPass pass;
  private final ConvolutionShape shape;
  private final boolean backward;
  private final int block;
  private final OneDnn filters = new OneDnn();
  private final OneDnn products = new OneDnn();
  private final WinogradTiles from;
  private final WinogradTiles to;
  private final MatrixProducts filter;
  private final MatrixProducts product;

  private FloatBuffer pictures;
  private FloatBuffer results;
  private FloatBuffer pointsBefore;
  private FloatBuffer pointsAfter;
  private FloatBuffer biases;
  private float[] bias;
  private Parallel lift;
  private Parallel lower;
  private int first;

  private WinogradConvolution(ConvolutionPass pass, ConvolutionShape shape) {
    this.pass = pass;
    this.shape = shape;
    backward = pass == ConvolutionPass.INPUT_GRADIENT;
    block = block(shape);
    int height = (int) shape.height();
    int width = (int) shape.width();
    from = new WinogradTiles(block, height, width, (int) (backward ? shape.out() : shape.in()));
    to = new WinogradTiles(block, height, width, (int) (backward ? shape.in() : shape.out()));
    memory.format_tag plain = memory.format_tag.abc;
    filter =
        new MatrixProducts(
            filters,
            filters.layout(memory.format_tag.ab, MATRICES, 9),
            filters.layout(memory.format_tag.ab, 9, shape.in() * shape.out()),
            filters.layout(memory.format_tag.ab, MATRICES, shape.in() * shape.out()),
            false);
    long source = backward ? shape.out() : shape.in();
    long target = backward ? shape.in() : shape.out();
    product =
        new MatrixProducts(
            products,
            products.layout(plain, MATRICES, from.tiles(), source),
            products.layout(backward ? memory.format_tag.acb : plain, MATRICES, source, target),
            products.layout(plain, MATRICES, from.tiles(), target),
            false);
  }

  /** Whether it computes the passes of such a convolution. */
  static boolean suits(ConvolutionShape shape) {
    return shape.isSame3x3()
        && shape.height() % Winograd.TILE == 0
        && shape.width() % Winograd.TILE == 0
        && FloatMemory.fitsBuffer(shape.inputLength())
        && FloatMemory.fitsBuffer(shape.outputLength());
  }

  /** Pictures of a block: as many as divide the batch and whose points stay in the cache. */
  static int block(ConvolutionShape shape) {
    long points = shape.height() * shape.width() * MATRICES / (Winograd.TILE * Winograd.TILE);
    long bytes = points * (shape.in() + shape.out()) * Float.BYTES;
    int block = (int) Math.min(shape.batch(), Math.max(1, BLOCK_BYTES / bytes));
    while (shape.batch() % block != 0) {
      block--;
    }
    return block;
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  static long scratch(ConvolutionPass pass, ConvolutionShape shape) {
    try (WinogradConvolution kernel = new WinogradConvolution(pass, shape)) {
      return kernel.scratch();
    }
  }

  private long scratch() {
    return filterFloats()
        + from.floats()
        + to.floats()
        + Math.max(filter.scratch(), product.scratch());
  }

  private long filterFloats() {
    return MATRICES * shape.in() * shape.out();
  }

  /** The pass on given memory; parameters as of {@link DirectConvolution#bind}. */
  static Kernel bind(
      ConvolutionPass pass,
      ConvolutionShape shape,
      List<FloatMemory> operands,
      FloatMemory result,
      FloatMemory scratch) {
    WinogradConvolution kernel = new WinogradConvolution(pass, shape);
    kernel.connect(operands, result, scratch);
    return kernel;
  }

  private void connect(List<FloatMemory> operands, FloatMemory result, FloatMemory scratch) {
    Division division = new Division(scratch);
    FloatMemory transformed = division.next(filterFloats());
    FloatMemory before = division.next(from.floats());
    FloatMemory after = division.next(to.floats());
    float[] matrix = Winograd.filterMatrix(backward);
    FloatPointer constant = filters.own(new FloatPointer(matrix));
    filter.add(
        new FloatMemory(constant.address(), matrix.length),
        operands.get(backward ? 0 : 1),
        transformed,
        division.rest());
    product.add(before, transformed, after, division.rest());
    pictures = operands.get(backward ? 1 : 0).buffer();
    results = result.buffer();
    pointsBefore = before.buffer();
    pointsAfter = after.buffer();
    bias = new float[to.across() * to.channels()];
    if (operands.size() == 3) {
      biases = operands.get(2).buffer();
    }
    lift =
        new Parallel(
            from.strips(),
            strip -> from.pixelsToPoints(pictures, first * from.picture(), strip, pointsBefore));
    lower =
        new Parallel(
            to.strips(),
            strip -> to.pointsToResults(pointsAfter, strip, bias, results, first * to.picture()));
  }

  @Override
  public void run() {
    if (biases != null) {
      for (int tile = 0; tile < to.across(); tile++) {
        biases.get(0, bias, tile * to.channels(), to.channels());
      }
    }
    filters.run();
    for (first = 0; first < shape.batch(); first += block) {
      lift.run();
      products.run();
      lower.run();
    }
  }

  @Override
  public String kind() {
    return pass.kind();
  }

  @Override
  public void close() {
    filters.close();
    products.close();
  }
}
