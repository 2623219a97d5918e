package io.troupe.models.kernels;

import io.troupe.models.kernels.TileStep.Array;
import io.troupe.models.kernels.TileStep.Place;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What one thread does of a {@link TileConvolution}: all stripes of some blocks of pictures, one
 * after the other, in memory of its own.
 */
final class TileLane implements AutoCloseable {
  private static final int FLOATS_OF_A_CACHE_LINE = 16;

  private final ConvolutionShape shape;
  private final List<TileStripe> stripes;
  private final TilePlan plan;
  private final OneDnn oneDnn = new OneDnn();
  private final Map<TilePlan, List<Prepared>> prepared = new HashMap<>();

  /** A step with what it takes to run it on any memory; the matrix is none for the filters. */
  private record Prepared(TileStep step, MatrixProducts products, Optional<FloatMemory> matrix) {}

  TileLane(ConvolutionShape shape, List<TileStripe> stripes, boolean biased, boolean withRelu) {
    this.shape = shape;
    this.stripes = stripes;
    plan = stripes.get(0).plan();
    for (TileStripe stripe : stripes) {
      prepared.computeIfAbsent(
          stripe.plan(),
          p -> p.steps().stream().map(step -> prepare(step, biased, withRelu)).toList());
    }
  }

  private Prepared prepare(TileStep step, boolean biased, boolean withRelu) {
    memory.desc right = step.right().layout(oneDnn);
    memory.desc result = step.result().layout(oneDnn);
    if (step.left().isEmpty()) {
      memory.desc points = oneDnn.layout(plan.points(), shape.in(), shape.out());
      return new Prepared(
          step, new MatrixProducts(oneDnn, right, points, result, false), Optional.empty());
    }
    TileAxis.Matrix matrix = step.left().get();
    boolean last = step.result().place() == Place.RESULTS;
    MatrixProducts products =
        new MatrixProducts(
            oneDnn,
            oneDnn.layout(ones(step, matrix.rows, matrix.columns)),
            right,
            result,
            last && biased
                ? Optional.of(oneDnn.layout(ones(step, 1, plan.biasLength())))
                : Optional.empty(),
            last && withRelu);
    return new Prepared(step, products, Optional.of(constant(oneDnn, matrix)));
  }

  /** The sizes of one matrix for all indices of the other axes. */
  private static long[] ones(TileStep step, long rows, long columns) {
    long[] sizes = new long[step.right().sizes().length];
    Arrays.fill(sizes, 1);
    sizes[sizes.length - 2] = rows;
    sizes[sizes.length - 1] = columns;
    return sizes;
  }

  /** A matrix off-heap. */
  static FloatMemory constant(OneDnn owner, TileAxis.Matrix matrix) {
    FloatPointer pointer = owner.own(new FloatPointer(matrix.values));
    return new FloatMemory(pointer.address(), matrix.values.length);
  }

  /** Floats of memory that {@link #connect} asks for. */
  long scratch() {
    long length = 0;
    for (Place place : Place.values()) {
      length += isScratch(place) ? most(place) : 0;
    }
    long most = 0;
    for (List<Prepared> steps : prepared.values()) {
      for (Prepared step : steps) {
        most = Math.max(most, step.products().scratch());
      }
    }
    return length + aligned(most);
  }

  private static boolean isScratch(Place place) {
    return place != Place.PICTURES && place != Place.RESULTS;
  }

  /** Floats that any stripe needs at a place. */
  private long most(Place place) {
    return aligned(stripes.stream().mapToLong(s -> s.plan().length(place)).max().orElseThrow());
  }

  /** As many floats, or some more, that end at the end of a cache line. */
  static long aligned(long floats) {
    return (floats + FLOATS_OF_A_CACHE_LINE - 1) / FLOATS_OF_A_CACHE_LINE * FLOATS_OF_A_CACHE_LINE;
  }

  /**
   * Appends blocks to what is run.
   *
   * @param points of the filters
   * @param bias a line of them
   */
  void connect(
      long firstBlock,
      long endBlock,
      FloatMemory pictures,
      FloatMemory points,
      FloatMemory bias,
      FloatMemory results,
      FloatMemory scratch) {
    Division division = new Division(scratch);
    Map<Place, FloatMemory> places = new EnumMap<>(Place.class);
    for (Place place : Place.values()) {
      if (isScratch(place)) {
        places.put(place, division.next(most(place)));
      }
    }
    FloatMemory rest = division.rest();
    long block = plan.block() * shape.inputLength() / shape.batch();
    long resultsOfABlock = plan.block() * shape.outputLength() / shape.batch();
    for (long i = firstBlock; i < endBlock; i++) {
      for (TileStripe stripe : stripes) {
        places.put(Place.PICTURES, from(pictures, i * block + stripe.picturesOffset()));
        places.put(Place.RESULTS, from(results, i * resultsOfABlock + stripe.resultsOffset()));
        for (Prepared step : prepared.get(stripe.plan())) {
          FloatMemory right = at(step.step().right(), places);
          FloatMemory target = at(step.step().result(), places);
          if (step.matrix().isPresent()) {
            step.products().add(step.matrix().get(), right, target, rest, bias);
          } else {
            step.products().add(right, points, target, rest);
          }
        }
      }
    }
  }

  private static FloatMemory from(FloatMemory whole, long offset) {
    return new FloatMemory(whole.address() + offset * Float.BYTES, whole.length() - offset);
  }

  private static FloatMemory at(Array array, Map<Place, FloatMemory> places) {
    return from(places.get(array.place()), array.offset());
  }

  /** Runs all blocks on the calling thread. */
  void run() {
    oneDnn.run();
  }

  @Override
  public void close() {
    oneDnn.close();
  }
}
