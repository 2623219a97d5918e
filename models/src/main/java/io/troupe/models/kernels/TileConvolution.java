package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass of a convolution of stride 1 by {@link ToomCook}'s filtering, along one axis or
 * both, for pictures of any size. Everything is a product of matrices by oneDNN: small constant
 * matrices take pixels and filters to points and products to results. Each thread works on blocks
 * of pictures of its own, so that they need not wait for each other after every product.
 */
final class TileConvolution implements Kernel {
  /** With a smaller saving the transformations cost more. */
  private static final double LEAST_SAVING = 1.8;

  private final ConvolutionShape shape;
  private final TilePlan plan;
  private final OneDnn filters = new OneDnn();
  private final MatrixProducts filter;
  private final List<TileLane> lanes = new ArrayList<>();
  private final Parallel parallel;
  private FloatBuffer bias;
  private FloatBuffer biasLine;

  private TileConvolution(ConvolutionShape shape, boolean biased, boolean withRelu) {
    this.shape = shape;
    List<TileStripe> stripes = TileStripe.of(shape, Parallel.threads());
    plan = stripes.get(0).plan();
    long weights = shape.kernelHeight() * shape.kernelWidth();
    long columns = shape.in() * shape.out();
    filter =
        new MatrixProducts(
            filters,
            filters.layout(plan.points(), weights),
            filters.layout(weights, columns),
            filters.layout(plan.points(), columns),
            false);
    for (int i = 0; i < Math.min(Parallel.threads(), blocks()); i++) {
      lanes.add(OpenMp.onOneThread(() -> new TileLane(shape, stripes, biased, withRelu)));
    }
    parallel = new Parallel(lanes.size(), lane -> lanes.get(lane).run());
  }

  private long blocks() {
    return shape.batch() / plan.block();
  }

  /** Whether it computes such a convolution with clearly fewer products. */
  static boolean suits(ConvolutionShape shape) {
    if (!TileStripe.exists(shape)
        || !FloatMemory.fitsBuffer(shape.inputLength())
        || !FloatMemory.fitsBuffer(shape.outputLength())) {
      return false;
    }
    double points = 0;
    for (TileStripe stripe : TileStripe.of(shape, 1)) {
      points += stripe.plan().pointsOfAPicture();
    }
    long products = shape.kernelHeight() * shape.kernelWidth();
    return shape.outHeight() * shape.outWidth() * products / points >= LEAST_SAVING;
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  static long scratch(ConvolutionShape shape, boolean biased, boolean withRelu) {
    try (TileConvolution kernel = new TileConvolution(shape, biased, withRelu)) {
      return TileLane.aligned(kernel.filterFloats())
          + TileLane.aligned(kernel.plan.biasLength())
          + kernel.lanes.stream().mapToLong(TileLane::scratch).sum()
          + kernel.filter.scratch();
    }
  }

  private long filterFloats() {
    return plan.points() * shape.in() * shape.out();
  }

  /**
   * The pass on given memory.
   *
   * @param withRelu whether negative results become zero
   * @param operands pictures, weights and, if there is one, bias
   * @param scratch as long as {@link #scratch} says; holds nothing between runs
   */
  static Kernel bind(
      ConvolutionShape shape,
      boolean withRelu,
      List<FloatMemory> operands,
      FloatMemory result,
      FloatMemory scratch) {
    TileConvolution kernel = new TileConvolution(shape, operands.size() == 3, withRelu);
    kernel.connect(operands, result, scratch);
    return kernel;
  }

  private void connect(List<FloatMemory> operands, FloatMemory result, FloatMemory scratch) {
    Division division = new Division(scratch);
    FloatMemory points = division.next(TileLane.aligned(filterFloats()));
    FloatMemory line = division.next(TileLane.aligned(plan.biasLength()));
    if (operands.size() == 3) {
      bias = operands.get(2).buffer();
      biasLine = line.buffer();
    }
    for (int i = 0; i < lanes.size(); i++) {
      TileLane lane = lanes.get(i);
      lane.connect(
          i * blocks() / lanes.size(),
          (i + 1) * blocks() / lanes.size(),
          operands.get(0),
          points,
          line,
          result,
          division.next(lane.scratch()));
    }
    filter.add(
        TileLane.constant(filters, plan.filterMatrix()), operands.get(1), points, division.rest());
  }

  @Override
  public void run() {
    if (bias != null) {
      int channels = (int) shape.out();
      for (int i = 0; i < plan.biasLength(); i += channels) {
        biasLine.put(i, bias, 0, channels);
      }
    }
    filters.run();
    parallel.run();
  }

  @Override
  public String kind() {
    return ConvolutionPass.FORWARD.kind();
  }

  @Override
  public void close() {
    lanes.forEach(TileLane::close);
    filters.close();
  }
}
