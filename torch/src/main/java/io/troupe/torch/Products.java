package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;

/** Products of matrices, and of stacks of them. */
final class Products {
  private final Tape tape;
  private final MixedTypes types;

  Products(Tape tape, MixedTypes types) {
    this.tape = tape;
    this.types = types;
  }

  /** The operation {@code matmul}. */
  Place forward(FlatGraph.Step step, Place x, Place y) {
    return product(step, x, turns(step, 0), y, turns(step, 1));
  }

  /** The gradients by both factors, of {@code matmul_bp}. */
  List<Place> gradients(FlatGraph.Step step, Place x, Place y, Place gradient) {
    boolean turnsX = turns(step, 0);
    boolean turnsY = turns(step, 1);
    return List.of(
        turnsX
            ? product(step, y, turnsY, gradient, true)
            : product(step, gradient, false, y, !turnsY),
        turnsY
            ? product(step, gradient, true, x, turnsX)
            : product(step, x, !turnsX, gradient, false));
  }

  private static boolean turns(FlatGraph.Step step, int input) {
    boolean plain =
        (step.integers().size() < 3 || step.integers().get(2) == 0)
            && (step.numbers().isEmpty() || step.numbers().equals(List.of(1.0, 0.0)));
    if (!plain) {
      throw new UnsupportedOperationException(
          "only plain products are known, not " + step.integers() + step.numbers());
    }
    return step.integers().size() > input && step.integers().get(input) != 0;
  }

  /** x y, of two matrices or of two stacks of as many matrices, each perhaps transposed. */
  private Place product(FlatGraph.Step step, Place x, boolean turnsX, Place y, boolean turnsY) {
    int rank = x.rank();
    if (rank != y.rank() || rank < 2 || rank > 3 || (rank == 3 && x.size(0) != y.size(0))) {
      throw new UnsupportedOperationException(
          "a product of " + x.shape() + " and " + y.shape() + " is not known");
    }
    long rows = x.size(turnsX ? rank - 1 : rank - 2);
    long columns = y.size(turnsY ? rank - 2 : rank - 1);
    List<Long> shape = rank == 2 ? List.of(rows, columns) : List.of(x.size(0), rows, columns);
    boolean rounds = types.rounds(step);
    // Products of two matrices are float32, those of stacks pictures.
    DataType type = rounds && rank == 3 ? types.ofPictures(shape) : DataType.FLOAT;
    Place left = turned(rounds ? types.rounded(x, type) : types.full(x), turnsX);
    Place right = turned(rounds ? types.rounded(y, type) : types.full(y), turnsY);
    return multiply(left, right, rounds ? type : left.slot().type());
  }

  /**
   * The product of two matrices, or of two stacks of as many.
   *
   * @param left of which rows or columns lie in order, as of {@code right}
   * @param type of the result
   */
  Place multiply(Place left, Place right, DataType type) {
    int rank = left.rank();
    long rows = left.size(rank - 2);
    long columns = right.size(rank - 1);
    Place result =
        tape.place(type, rank == 2 ? List.of(rows, columns) : List.of(left.size(0), rows, columns));
    tape.add(
        rank == 2 ? "mm" : "bmm",
        List.of(left, right),
        List.of(result),
        (in, out) ->
            rank == 2
                ? () -> torch.mm_out(out[0], in[0], in[1])
                : () -> torch.bmm_out(out[0], in[0], in[1]));
    return result;
  }

  /** What is repeated is written out: products know transposed matrices only. */
  private Place turned(Place place, boolean turns) {
    Place dense = place.isDense() || place.transposed().isDense() ? place : tape.dense(place);
    return turns ? dense.transposed() : dense;
  }
}
