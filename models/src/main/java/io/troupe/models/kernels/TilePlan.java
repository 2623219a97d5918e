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
    TileAxis.Matrix matrix = part.matrix();
    Place target = horizontal.isPresent() ? Place.LIFTED_LINES : Place.POINTS;
    return new TileStep(
        Optional.of(matrix),
        lines(Place.PICTURES, axis, part, line, shape.height(), matrix.columns),
        linesOfPoints(target, axis, part, line, matrix.rows));
  }

  private TileStep liftWidth(TileAxis axis, TileAxis.Part part) {
    TileAxis.Matrix matrix = part.matrix();
    Place source = vertical.isPresent() ? Place.LIFTED_LINES : Place.PICTURES;
    return new TileStep(
        Optional.of(matrix),
        pixels(source, axis, part, shape.in(), shape.width(), matrix.columns),
        points(Place.POINTS, axis, part, shape.in(), matrix.rows));
  }

  private TileStep products() {
    long count = rows * columns * block;
    return new TileStep(
        Optional.empty(),
        Array.dense(Place.POINTS, points(), count, shape.in()),
        Array.dense(Place.PRODUCTS, points(), count, shape.out()));
  }

  private TileStep lowerWidth(TileAxis axis, TileAxis.Part part) {
    TileAxis.Matrix matrix = part.matrix();
    Place target = vertical.isPresent() ? Place.LOWERED_LINES : Place.RESULTS;
    return new TileStep(
        Optional.of(matrix),
        points(Place.PRODUCTS, axis, part, shape.out(), matrix.columns),
        pixels(target, axis, part, shape.out(), shape.outWidth(), matrix.rows));
  }

  private TileStep lowerHeight(TileAxis axis, TileAxis.Part part) {
    long line = shape.outWidth() * shape.out();
    TileAxis.Matrix matrix = part.matrix();
    Place source = horizontal.isPresent() ? Place.LOWERED_LINES : Place.PRODUCTS;
    return new TileStep(
        Optional.of(matrix),
        linesOfPoints(source, axis, part, line, matrix.columns),
        lines(Place.RESULTS, axis, part, line, shape.outHeight(), matrix.rows));
  }

  /** Lines of pixels, {@code count} of each tile: [tile, picture, line of the tile, its floats]. */
  private Array lines(
      Place place, TileAxis axis, TileAxis.Part part, long line, long height, long count) {
    return Array.strided(
        place,
        part.start() * line,
        part.count(),
        (long) part.step() * axis.tile() * line,
        block,
        height * line,
        count,
        line,
        line);
  }

  /** Lines of points along the height: [tile, picture, point, floats of a line]. */
  private Array linesOfPoints(
      Place place, TileAxis axis, TileAxis.Part part, long line, long count) {
    long slot = block * line;
    return Array.strided(
        place,
        part.tile() * slot,
        part.count(),
        part.step() * slot,
        block,
        line,
        count,
        axis.pointStep() * slot,
        line);
  }

  /** Pixels, {@code count} of each tile: [tile, height's point, line, pixel, channel]. */
  private Array pixels(
      Place place, TileAxis axis, TileAxis.Part part, long channels, long width, long count) {
    long line = width * channels;
    long lines = rows * block;
    return Array.strided(
        place,
        part.start() * channels,
        part.count(),
        (long) part.step() * axis.tile() * channels,
        heightPoints(),
        lines * line,
        lines,
        line,
        count,
        channels,
        channels);
  }

  /** Points along the width: [tile, height's point, line, point, channel]. */
  private Array points(Place place, TileAxis axis, TileAxis.Part part, long channels, long count) {
    long lines = rows * block;
    long slot = lines * channels;
    return Array.strided(
        place,
        part.tile() * slot,
        part.count(),
        part.step() * slot,
        heightPoints(),
        widthPoints() * columns * slot,
        lines,
        channels,
        count,
        axis.pointStep() * slot,
        channels);
  }
}
