package io.troupe.models.kernels;

import io.troupe.models.kernels.TileStep.Array;
import io.troupe.models.kernels.TileStep.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where everything lies while a {@link TileConvolution} works on a block of pictures. Points lie as
 * [height's point, width's point, width's tile, height's tile, picture, channel]; an axis that is
 * not divided into tiles has one point, and its pixels take the place of tiles.
 */
final class TilePlan {
  private final ConvolutionShape shape;
  private final long block;
  private final Optional<TileAxis> vertical;
  private final Optional<TileAxis> horizontal;
  private final long rows;
  private final long columns;

  /**
   * A plan.
   *
   * @param block pictures
   * @param vertical tiles of the height that are worked on, unless the filter's height is 1
   * @param horizontal tiles of the width, unless the filter's width is 1
   */
  TilePlan(
      ConvolutionShape shape,
      long block,
      Optional<TileAxis> vertical,
      Optional<TileAxis> horizontal) {
    this.shape = shape;
    this.block = block;
    this.vertical = vertical;
    this.horizontal = horizontal;
    rows = vertical.map(TileAxis::tiles).orElse((int) shape.height());
    columns = horizontal.map(TileAxis::tiles).orElse((int) shape.width());
  }

  /** Pictures. */
  long block() {
    return block;
  }

  private long heightPoints() {
    return vertical.map(TileAxis::points).orElse(1);
  }

  private long widthPoints() {
    return horizontal.map(TileAxis::points).orElse(1);
  }

  /** Points of a tile, which is the number of matrices of the transformed filters. */
  long points() {
    return heightPoints() * widthPoints();
  }

  /** Points of a picture, for each channel. */
  long pointsOfAPicture() {
    return points() * rows * columns;
  }

  /** Floats of a block at a place; of pictures and results, those of the whole batch. */
  long length(Place place) {
    boolean both = vertical.isPresent() && horizontal.isPresent();
    long lines = heightPoints() * rows * block;
    return switch (place) {
      case PICTURES -> shape.inputLength();
      case LIFTED_LINES -> both ? lines * shape.width() * shape.in() : 0;
      case POINTS -> pointsOfAPicture() * block * shape.in();
      case PRODUCTS -> pointsOfAPicture() * block * shape.out();
      case LOWERED_LINES -> both ? lines * shape.outWidth() * shape.out() : 0;
      case RESULTS -> shape.outputLength();
    };
  }

  /** Length of a line of results to which one line of biases is added. */
  long biasLength() {
    return vertical.isPresent() ? shape.outWidth() * shape.out() : shape.out();
  }

  /** Takes 3x3 or other filters to their points, [points, weights]. */
  TileAxis.Matrix filterMatrix() {
    double[][] ofHeight = vertical.map(TileAxis::filter).orElse(new double[][] {{1}});
    double[][] ofWidth = horizontal.map(TileAxis::filter).orElse(new double[][] {{1}});
    int height = ofHeight[0].length;
    int width = ofWidth[0].length;
    TileAxis.Matrix matrix = new TileAxis.Matrix((int) points(), height * width);
    for (int point = 0; point < points(); point++) {
      for (int weight = 0; weight < height * width; weight++) {
        double[] y = ofHeight[point / ofWidth.length];
        double[] x = ofWidth[point % ofWidth.length];
        matrix.set(point, weight, y[weight / width] * x[weight % width]);
      }
    }
    return matrix;
  }

  /** All steps of a block, in order; from the first pixel and to the first result of its tiles. */
  List<TileStep> steps() {
    List<TileStep> steps = new ArrayList<>();
    vertical.ifPresent(axis -> axis.lifts().forEach(part -> steps.add(liftHeight(axis, part))));
    horizontal.ifPresent(axis -> axis.lifts().forEach(part -> steps.add(liftWidth(axis, part))));
    steps.add(products());
    horizontal.ifPresent(axis -> axis.lowers().forEach(part -> steps.add(lowerWidth(axis, part))));
    vertical.ifPresent(axis -> axis.lowers().forEach(part -> steps.add(lowerHeight(axis, part))));
    return steps;
  }

  private TileStep liftHeight(TileAxis axis, TileAxis.Part part) {
    long line = shape.width() * shape.in();
    long slot = block * line;
    Place target = horizontal.isPresent() ? Place.LIFTED_LINES : Place.POINTS;
    return new TileStep(
        Optional.of(part.matrix()),
        Array.strided(
            Place.PICTURES,
            part.start() * line,
            part.count(),
            (long) part.step() * axis.tile() * line,
            block,
            shape.height() * line,
            part.matrix().columns,
            line,
            line),
        Array.strided(
            target,
            part.tile() * slot,
            part.count(),
            part.step() * slot,
            block,
            line,
            part.matrix().rows,
            axis.pointStep() * slot,
            line));
  }

  private TileStep liftWidth(TileAxis axis, TileAxis.Part part) {
    long channels = shape.in();
    long line = shape.width() * channels;
    long lines = rows * block;
    long slot = lines * channels;
    return new TileStep(
        Optional.of(part.matrix()),
        Array.strided(
            vertical.isPresent() ? Place.LIFTED_LINES : Place.PICTURES,
            part.start() * channels,
            part.count(),
            (long) part.step() * axis.tile() * channels,
            heightPoints(),
            lines * line,
            lines,
            line,
            part.matrix().columns,
            channels,
            channels),
        Array.strided(
            Place.POINTS,
            part.tile() * slot,
            part.count(),
            part.step() * slot,
            heightPoints(),
            widthPoints() * columns * slot,
            lines,
            channels,
            part.matrix().rows,
            axis.pointStep() * slot,
            channels));
  }

  private TileStep products() {
    long count = rows * columns * block;
    return new TileStep(
        Optional.empty(),
        Array.dense(Place.POINTS, points(), count, shape.in()),
        Array.dense(Place.PRODUCTS, points(), count, shape.out()));
  }

  private TileStep lowerWidth(TileAxis axis, TileAxis.Part part) {
    long channels = shape.out();
    long line = shape.outWidth() * channels;
    long lines = rows * block;
    long slot = lines * channels;
    return new TileStep(
        Optional.of(part.matrix()),
        Array.strided(
            Place.PRODUCTS,
            part.tile() * slot,
            part.count(),
            part.step() * slot,
            heightPoints(),
            widthPoints() * columns * slot,
            lines,
            channels,
            part.matrix().columns,
            axis.pointStep() * slot,
            channels),
        Array.strided(
            vertical.isPresent() ? Place.LOWERED_LINES : Place.RESULTS,
            part.start() * channels,
            part.count(),
            (long) part.step() * axis.tile() * channels,
            heightPoints(),
            lines * line,
            lines,
            line,
            part.matrix().rows,
            channels,
            channels));
  }

  private TileStep lowerHeight(TileAxis axis, TileAxis.Part part) {
    long line = shape.outWidth() * shape.out();
    long slot = block * line;
    Place source = horizontal.isPresent() ? Place.LOWERED_LINES : Place.PRODUCTS;
    return new TileStep(
        Optional.of(part.matrix()),
        Array.strided(
            source,
            part.tile() * slot,
            part.count(),
            part.step() * slot,
            block,
            line,
            part.matrix().columns,
            axis.pointStep() * slot,
            line),
        Array.strided(
            Place.RESULTS,
            part.start() * line,
            part.count(),
            (long) part.step() * axis.tile() * line,
            block,
            shape.outHeight() * line,
            part.matrix().rows,
            line,
            line));
  }
}
