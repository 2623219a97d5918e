package io.troupe.torch;

import io.troupe.models.kernels.WarpLines;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures sampled where affine maps say, and the transpose of that: lines are doubled and halved
 * by products of matrices, and between them each sample is a weighted sum of four fine places.
 */
final class Warps {
  private static final int CORNERS = 4;

  /** The numbers of a map by which a place in its picture is a sum of a sample's, and 1. */
  private static final int TERMS = 3;

  private final Tape tape;
  private final Arguments arguments;
  private final Elements elements;
  private final Products products;
  private final Map<Long, Axis> axes = new HashMap<>();
  private final Map<Way, Samples> samples = new HashMap<>();

  Warps(Tape tape, Arguments arguments, Elements elements, Products products) {
    this.tape = tape;
    this.arguments = arguments;
    this.elements = elements;
    this.products = products;
  }

  /** The maps of pictures of a size. */
  private record Way(Place maps, long height, long width) {}

  /** The matrices of an axis: [fine, lines] and [lines, sampled]. */
  private record Axis(WarpLines lines, Place doubling, Place halving) {}

  /**
   * What samples are sums of.
   *
   * @param places which of a channel's fine places, [pictures, corners, samples]
   * @param shares how much of each, of the same shape
   */
  private record Samples(Place places, Place shares) {}

  private Axis axis(long lines) {
    return axes.computeIfAbsent(
        lines,
        any -> {
          WarpLines found = new WarpLines(Math.toIntExact(lines));
          return new Axis(
              found,
              constant(found.doubling(), found.fine(), lines),
              constant(found.halving(), lines, found.sampled()));
        });
  }

  private Place constant(float[] numbers, long... shape) {
    return Place.of(arguments.own(Nd4j.create(numbers, shape, 'c')), true);
  }

  private Place constant(double[] numbers, long... shape) {
    return Place.of(arguments.own(Nd4j.create(numbers, shape, 'c')), true);
  }

  /**
   * Warps.
   *
   * @param pictures [N, H, W, C]
   * @param maps [N, 6]
   */
  Place warp(Place pictures, Place maps, boolean transposed) {
    Axis down = axis(pictures.size(1));
    Axis across = axis(pictures.size(2));
    Samples where =
        samples.computeIfAbsent(
            new Way(maps, pictures.size(1), pictures.size(2)),
            any -> samples(maps, down.lines(), across.lines()));
    long count = pictures.size(0);
    long channels = pictures.size(3);
    long fine = (long) down.lines().fine() * across.lines().fine();
    Place planes = tape.dense(pictures.channelsSecond());
    Place result;
    if (transposed) {
      Place sampled = lines(planes, down.halving().transposed(), across.halving().transposed());
      Place back = sampleBack(sampled, where, channels, fine);
      result =
          lines(
              back.reshaped(
                  List.of(
                      count, channels, (long) down.lines().fine(), (long) across.lines().fine())),
              down.doubling().transposed(),
              across.doubling().transposed());
    } else {
      Place doubled = lines(planes, down.doubling(), across.doubling());
      Place sampled = sample(doubled.reshaped(List.of(count, channels, fine)), where);
      result =
          lines(
              sampled.reshaped(
                  List.of(
                      count,
                      channels,
                      (long) down.lines().sampled(),
                      (long) across.lines().sampled())),
              down.halving(),
              across.halving());
    }
    return result.permuted(0, 2, 3, 1);
  }

  /**
   * Multiplies each plane by a matrix from the left, and by the transpose of one from the right.
   *
   * @param planes [N, C, lines, columns]
   * @param down [new lines, lines]
   * @param across [new columns, columns]
   */
  private Place lines(Place planes, Place down, Place across) {
    long count = planes.size(0) * planes.size(1);
    Place rows = planes.reshaped(List.of(count * planes.size(2), planes.size(3)));
    Place wide = products.multiply(rows, across.transposed(), rows.slot().type());
    Place result =
        products.multiply(
            down.spreadTo(List.of(count, down.size(0), down.size(1))),
            wide.reshaped(List.of(count, planes.size(2), across.size(0))),
            wide.slot().type());
    return result.reshaped(List.of(planes.size(0), planes.size(1), down.size(0), across.size(0)));
  }

  /**
   * Finds where samples lie, in double precision: a float32 number of a hundred has five digits
   * behind the point.
   */
  private Samples samples(Place maps, WarpLines down, WarpLines across) {
    int height = down.sampled();
    int width = across.sampled();
    int all = height * width;
    // Two fine lines to a line of the picture.
    double[] terms = new double[TERMS * all];
    for (int i = 0; i < all; i++) {
      terms[i] = 2 * across.fromCentre(i % width);
      terms[all + i] = 2 * down.fromCentre(i / width);
      terms[2 * all + i] = 2;
    }
    Place byMap = constant(terms, TERMS, all);
    Place wide = tape.cast(maps, DataType.DOUBLE);
    Place columns = place(wide.part(1, 0, TERMS), byMap, across);
    Place rows = place(wide.part(1, TERMS, TERMS), byMap, down);
    Place column = elements.unary("floor", columns);
    Place row = elements.unary("floor", rows);
    long count = maps.size(0);
    Place first =
        elements.binary("add", elements.withNumber("mul_scalar", row, across.fine()), column);
    int below = across.fine();
    Place places =
        elements.binary(
            "add",
            first.reshaped(List.of(count, 1L, (long) all)),
            constant(new double[] {0, 1, below, below + 1}, 1, CORNERS, 1));
    Place shares =
        elements.binary(
            "multiply",
            shares(rows, row).reshaped(List.of(count, 2L, 1L, (long) all)),
            shares(columns, column).reshaped(List.of(count, 1L, 2L, (long) all)));
    return new Samples(
        tape.cast(places, DataType.INT64),
        tape.cast(shares.reshaped(List.of(count, (long) CORNERS, (long) all)), DataType.FLOAT));
  }

  /** Places along an axis; all beyond the fine lines are where zeros are. */
  private Place place(Place terms, Place byMap, WarpLines axis) {
    Place product = products.multiply(terms, byMap, DataType.DOUBLE);
    Place fromStart = elements.withNumber("add_scalar", product, axis.centre());
    // The last whose two neighbours are there.
    return elements.withNumber(
        "min_scalar", elements.withNumber("max_scalar", fromStart, 0), axis.fine() - 2);
  }

  /** How much the line before a place and the one behind it count, [N, 2, samples]. */
  private Place shares(Place places, Place whole) {
    Place behind = elements.binary("subtract", places, whole);
    return elements.unary(
        "abs",
        elements.binary(
            "subtract",
            constant(new double[] {1, 0}, 1, 2, 1),
            behind.reshaped(List.of(places.size(0), 1L, places.size(1)))));
  }

  /** From [N, C, fine places] to [N, C, samples]. */
  private Place sample(Place fine, Samples where) {
    long count = fine.size(0);
    long channels = fine.size(1);
    long all = where.places().size(2);
    Place found = tape.place(fine.slot().type(), List.of(count, channels, CORNERS * all));
    tape.add(
        "gather",
        List.of(fine, index(where, channels)),
        List.of(found),
        (in, out) -> () -> torch.gather_out(out[0], in[0], 2, in[1]));
    return elements.sum(
        elements.binary(
            "multiply",
            found.reshaped(List.of(count, channels, (long) CORNERS, all)),
            where.shares().reshaped(List.of(count, 1L, (long) CORNERS, all))),
        List.of(2),
        List.of(count, channels, all),
        1);
  }

  /** The transpose, from [N, C, height, width] to [N, C, fine places]. */
  private Place sampleBack(Place sampled, Samples where, long channels, long fine) {
    long count = sampled.size(0);
    long all = where.places().size(2);
    Place shares =
        elements.binary(
            "multiply",
            sampled.reshaped(List.of(count, channels, 1L, all)),
            where.shares().reshaped(List.of(count, 1L, (long) CORNERS, all)));
    Place result = tape.place(sampled.slot().type(), List.of(count, channels, fine));
    tape.add(
        "scatter_add",
        List.of(shares.reshaped(List.of(count, channels, CORNERS * all)), index(where, channels)),
        List.of(result),
        (in, out) ->
            () -> {
              out[0].zero_();
              out[0].scatter_add_(2, in[1], in[0]);
            });
    return result;
  }

  private static Place index(Samples where, long channels) {
    long count = where.places().size(0);
    long all = CORNERS * where.places().size(2);
    return where.places().reshaped(List.of(count, 1L, all)).spreadTo(List.of(count, channels, all));
  }
}
