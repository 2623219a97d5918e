package io.troupe.models.kernels;

import io.troupe.models.kernels.Elementwise.Operator;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import java.nio.IntBuffer;
import java.util.List;

/**
 * The gradient of ReLUs on bfloat16 numbers: what one array holds where another is positive, and
 * zero elsewhere, two numbers at a time and without floats.
 */
final class MaskKernel implements Kernel {
  private static final int TURN = 1 << 14;
  private static final int PIECE = 1024;
  private static final int BITS = 16;
  private static final int SIGN = Integer.SIZE - 1;
  private static final int UPPER = 0xffff0000;

  private final IntBuffer mask;
  private final IntBuffer from;
  private final IntBuffer to;
  private final int pairs;
  private final Parallel loop;
  private final ThreadLocal<int[][]> pieces = ThreadLocal.withInitial(() -> new int[3][PIECE]);

  private MaskKernel(Bfloat16Memory mask, Bfloat16Memory from, Bfloat16Memory to) {
    this.mask = Bfloat16Transfer.pairs(mask);
    this.from = Bfloat16Transfer.pairs(from);
    this.to = Bfloat16Transfer.pairs(to);
    pairs = Math.toIntExact(to.length() / 2);
    loop = new Parallel((pairs + TURN - 1) / TURN, this::turn);
  }

  /** Whether work is what this kernel computes. */
  static boolean suits(
      Elementwise work, List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    if (work.steps().size() != 2
        || !work.operands().equals(List.of(Spread.FULL, Spread.FULL))
        || !work.stores().equals(List.of(3))
        || !work.sums().isEmpty()
        || work.length() % 2 != 0) {
      return false;
    }
    Step step = work.steps().get(0);
    Step product = work.steps().get(1);
    return step.operator() == Operator.STEP
        && product.operator() == Operator.MULTIPLY
        && product.a() + product.b() == 2 + 1 - step.a()
        && (product.a() == 2 || product.b() == 2)
        && operands.stream().allMatch(memory -> memory instanceof Bfloat16Memory)
        && results.get(0) instanceof Bfloat16Memory;
  }

  /** A kernel for such work. */
  static Kernel of(
      Elementwise work, List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    int mask = work.steps().get(0).a();
    return new MaskKernel(
        (Bfloat16Memory) operands.get(mask),
        (Bfloat16Memory) operands.get(1 - mask),
        (Bfloat16Memory) results.get(0));
  }

  private void turn(int turn) {
    int end = Math.min(pairs, (turn + 1) * TURN);
    int[][] piece = pieces.get();
    for (int start = turn * TURN; start < end; start += PIECE) {
      int count = Math.min(PIECE, end - start);
      mask.get(start, piece[0], 0, count);
      from.get(start, piece[1], 0, count);
      mask(piece[0], piece[1], piece[2], count);
      to.put(start, piece[2], 0, count);
    }
  }

  private static void mask(int[] mask, int[] from, int[] to, int count) {
    for (int i = 0; i < count; i++) {
      int first = mask[i] << BITS;
      int second = mask[i] & UPPER;
      // All ones where the number is positive: then its negative is negative, and it is not.
      int lower = ((-first & ~first) >> SIGN) >>> BITS;
      int upper = ((-second & ~second) >> SIGN) & UPPER;
      to[i] = from[i] & (lower | upper);
    }
  }

  @Override
  public void run() {
    loop.run();
  }

  @Override
  public String kind() {
    return "elementwise";
  }

  @Override
  public void close() {
    pieces.remove();
  }
}
