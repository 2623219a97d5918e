package io.troupe.torch;

import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Products of matrices, and of stacks of them. */
final class Products {
  private final Tape tape;

  Products(Tape tape) {
    this.tape = tape;
  }

  /** x y, of two matrices or of two stacks of as many matrices. */
  Place product(Place x, Place y) {
    int rank = x.rank();
    if (rank != y.rank() || rank < 2 || rank > 3 || (rank == 3 && x.size(0) != y.size(0))) {
      throw new UnsupportedOperationException(
          "a product of " + x.shape() + " and " + y.shape() + " is not known");
    }
    List<Long> shape =
        rank == 2 ? List.of(x.size(0), y.size(1)) : List.of(x.size(0), x.size(1), y.size(2));
    Place result = tape.place(x.slot().type(), shape);
    tape.add(
        rank == 2 ? "mm" : "bmm",
        List.of(spreadDense(x), spreadDense(y)),
        List.of(result),
        (in, out) ->
            rank == 2
                ? () -> torch.mm_out(out[0], in[0], in[1])
                : () -> torch.bmm_out(out[0], in[0], in[1]));
    return result;
  }

  /** What is repeated is written out: products know transposed matrices only. */
  private Place spreadDense(Place place) {
    return place.isDense() || place.transposed().isDense() ? place : tape.dense(place);
  }
}
