package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The gradient of the weights of a 3x3 convolution by {@link Winograd}'s F(4x4, 3x3): the transpose
 * of its filter transformation applied to the sum over tiles of the points of x times the points of
 * the result's gradient.
 */
final class WinogradWeightGradient implements Kernel {
  private static final int MATRICES = Winograd.POINTS * Winograd.POINTS;

  private final ConvolutionShape shape;
  private final int block;
  private final OneDnn firstProducts = new OneDnn();
  private final OneDnn products = new OneDnn();
  private final OneDnn filters = new OneDnn();
  private final WinogradTiles input;
  private final WinogradTiles output;
  private final MatrixProducts firstProduct;
  private final MatrixProducts product;
  private final MatrixProducts filter;

  private FloatBuffer pictures;
  private FloatBuffer gradients;
  private FloatBuffer inputPoints;
  private FloatBuffer gradientPoints;
  private Parallel lift;
  private int first;

  private WinogradWeightGradient(ConvolutionShape shape) {
    this.shape = shape;
    block = WinogradConvolution.block(shape);
    int height = (int) shape.height();
    int width = (int) shape.width();
    input = new WinogradTiles(block, height, width, (int) shape.in());
    output = new WinogradTiles(block, height, width, (int) shape.out());
    firstProduct = product(firstProducts, false);
    product = product(products, true);
    filter =
        new MatrixProducts(
            filters,
            filters.layout(memory.format_tag.ba, 9, MATRICES),
            filters.layout(memory.format_tag.ab, MATRICES, shape.in() * shape.out()),
            filters.layout(memory.format_tag.ab, 9, shape.in() * shape.out()),
            false);
  }

  private MatrixProducts product(OneDnn oneDnn, boolean accumulates) {
    return new MatrixProducts(
        oneDnn,
        oneDnn.layout(memory.format_tag.acb, MATRICES, shape.in(), input.tiles()),
        oneDnn.layout(memory.format_tag.abc, MATRICES, input.tiles(), shape.out()),
        oneDnn.layout(memory.format_tag.abc, MATRICES, shape.in(), shape.out()),
        accumulates);
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  static long scratch(ConvolutionShape shape) {
    try (WinogradWeightGradient kernel = new WinogradWeightGradient(shape)) {
      return kernel.scratch();
    }
  }

  private long scratch() {
    long most = Math.max(firstProduct.scratch(), product.scratch());
    return filterFloats() + input.floats() + output.floats() + Math.max(most, filter.scratch());
  }

  private long filterFloats() {
    return MATRICES * shape.in() * shape.out();
  }

  /** The pass on given memory; parameters as of {@link DirectConvolution#bind}. */
  static Kernel bind(
      ConvolutionShape shape, List<FloatMemory> operands, FloatMemory result, FloatMemory scratch) {
    WinogradWeightGradient kernel = new WinogradWeightGradient(shape);
    kernel.connect(operands, result, scratch);
    return kernel;
  }

  private void connect(List<FloatMemory> operands, FloatMemory result, FloatMemory scratch) {
    Division division = new Division(scratch);
    FloatMemory transformed = division.next(filterFloats());
    FloatMemory left = division.next(input.floats());
    FloatMemory right = division.next(output.floats());
    firstProduct.add(left, right, transformed, division.rest());
    product.add(left, right, transformed, division.rest());
    float[] matrix = Winograd.filterMatrix(false);
    FloatPointer constant = filters.own(new FloatPointer(matrix));
    filter.add(
        new FloatMemory(constant.address(), matrix.length), transformed, result, division.rest());
    pictures = operands.get(0).buffer();
    gradients = operands.get(1).buffer();
    inputPoints = left.buffer();
    gradientPoints = right.buffer();
    lift = new Parallel(input.strips() + output.strips(), this::lift);
  }

  private void lift(int turn) {
    if (turn < input.strips()) {
      input.pixelsToPoints(pictures, first * input.picture(), turn, inputPoints);
    } else {
      output.gradientsToPoints(
          gradients, first * output.picture(), turn - input.strips(), gradientPoints);
    }
  }

  @Override
  public void run() {
    for (first = 0; first < shape.batch(); first += block) {
      lift.run();
      (first == 0 ? firstProducts : products).run();
    }
    filters.run();
  }

  @Override
  public String kind() {
    return ConvolutionPass.WEIGHT_GRADIENT.kind();
  }

  @Override
  public void close() {
    firstProducts.close();
    products.close();
    filters.close();
  }
}
