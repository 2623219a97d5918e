package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.memory.HostArray;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/** What an operation of a graph says of its axes, shapes and places. */
final class StepArguments {
  private StepArguments() {}

  /** The axis that it works along, from 0. */
  static int axis(FlatGraph.Step step) {
    long axis = step.integers().isEmpty() ? -1 : step.integers().get(0);
    return (int) (axis < 0 ? axis + rank(step) : axis);
  }

  /** The new axis of a stack, which may be counted from the end. */
  static int stacked(FlatGraph.Step step) {
    long axis = step.integers().isEmpty() ? 0 : step.integers().get(0);
    return (int) (axis < 0 ? axis + shape(step).size() : axis);
  }

  /** The axes that a reduction goes over. */
  static List<Integer> axes(FlatGraph.Step step) {
    int rank = rank(step);
    return step.integers().isEmpty()
        ? IntStream.range(0, rank).boxed().toList()
        : step.integers().stream().map(a -> (int) (a < 0 ? a + rank : a)).toList();
  }

  private static int rank(FlatGraph.Step step) {
    return step.inputs().get(0).array().rank();
  }

  /**
   * The part of a tensor that a slice takes.
   *
   * @param shape of the part
   * @throws UnsupportedOperationException if its place is not known before the graph runs
   */
  static Place part(Place whole, List<Long> shape, FlatGraph.Step step) {
    Place part = whole;
    for (int axis = 0; axis < whole.rank(); axis++) {
      long begin;
      if (!step.integers().isEmpty()) {
        begin = step.integers().get(axis);
      } else if (step.inputs().get(1).origin() == FlatGraph.Origin.CONSTANT) {
        begin = HostArray.integers(step.inputs().get(1).array())[axis];
      } else {
        throw new UnsupportedOperationException("only slices at constant places are known");
      }
      part = part.part(axis, begin, shape.get(axis));
    }
    return part;
  }

  /**
   * Requires that a rectifier's threshold is 0.
   *
   * @throws UnsupportedOperationException if it is not
   */
  static void requireZero(FlatGraph.Step step) {
    if (!step.numbers().isEmpty() && step.numbers().get(0) != 0) {
      throw new UnsupportedOperationException("only the threshold 0 is known");
    }
  }

  /** The type of its first result. */
  static DataType type(FlatGraph.Step step) {
    return step.outputs().get(0).array().dataType();
  }

  /** The shape of its first result. */
  static List<Long> shape(FlatGraph.Step step) {
    return shape(step, 0);
  }

  /** The shape of one of its results. */
  static List<Long> shape(FlatGraph.Step step, int output) {
    return Place.list(step.outputs().get(output).array().shape());
  }

  /** How many elements a shape has. */
  static long length(List<Long> shape) {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }
}
