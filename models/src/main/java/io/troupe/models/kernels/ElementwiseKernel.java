package io.troupe.models.kernels;

import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import io.troupe.models.kernels.Elementwise.Sum;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Runs an {@link Elementwise} in one pass over memory: piece by piece, all steps on a piece while
 * it is in the first cache. Full operands and stores may be bfloat16; all is computed in floats.
 * All operands of a piece are read before its results are written, so a result may lie where a full
 * operand lies.
 *
 * <p>A picture is the unit of work and of summation, so sums do not depend on the number of
 * threads.
 */
public final class ElementwiseKernel implements Kernel {
  private static final int PIECE = 1024;

  private final Elementwise work;
  private final int piece;
  private final int pieces;
  private final PieceOrder order;
  private final PieceMemory[] full;
  private final FloatBuffer[] spreads;
  private final PieceMemory[] stores;
  private final FloatBuffer[] sums;
  private final float[][] spread;
  private final float[][][] pictureSums;
  private final Parallel loop;
  private final ThreadLocal<float[][]> values;
  private final ThreadLocal<float[][]> totals;

  /** The fastest kernel on given memory, as the constructor's. */
  public static Kernel of(
      Elementwise work, List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    return MaskKernel.suits(work, operands, results)
        ? MaskKernel.of(work, operands, results)
        : new ElementwiseKernel(work, operands, results);
  }

  /**
   * A kernel on given memory.
   *
   * @param operands as many as the work has; those that are not full are floats
   * @param results of the stores, then of the sums, which are floats
   * @throws IllegalArgumentException if something is bfloat16 and the number of channels is odd
   */
  public ElementwiseKernel(
      Elementwise work, List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    this.work = work;
    piece = work.channels() * pixelsOfAPiece(work);
    pieces = work.pixels() * work.channels() / piece;
    order = PieceOrder.of(operands, results);
    order.check(work.channels());
    full = new PieceMemory[operands.size()];
    spreads = new FloatBuffer[operands.size()];
    for (int i = 0; i < operands.size(); i++) {
      if (work.operands().get(i) == Spread.FULL) {
        full[i] = order.memory(operands.get(i));
      } else {
        spreads[i] = ((FloatMemory) operands.get(i)).buffer();
      }
    }
    int stored = work.stores().size();
    stores = results.subList(0, stored).stream().map(order::memory).toArray(PieceMemory[]::new);
    sums =
        results.subList(stored, results.size()).stream()
            .map(sum -> ((FloatMemory) sum).buffer())
            .toArray(FloatBuffer[]::new);
    int count = work.operands().size() + work.steps().size();
    values = ThreadLocal.withInitial(() -> new float[count][piece]);
    totals = ThreadLocal.withInitial(() -> new float[work.sums().size()][piece]);
    spread = new float[work.operands().size()][];
    for (int i = 0; i < spread.length; i++) {
      if (work.operands().get(i) == Spread.CHANNEL || work.operands().get(i) == Spread.SCALAR) {
        spread[i] = new float[piece];
      }
    }
    pictureSums = new float[work.sums().size()][work.pictures()][work.channels()];
    loop = new Parallel(work.pictures(), this::picture);
  }

  /** As many as fit into a piece and divide the picture. */
  private static int pixelsOfAPiece(Elementwise work) {
    int pixels = Math.min(work.pixels(), Math.max(1, PIECE / work.channels()));
    while (work.pixels() % pixels != 0) {
      pixels--;
    }
    return pixels;
  }

  @Override
  public void run() {
    for (int i = 0; i < spread.length; i++) {
      if (work.operands().get(i) == Spread.CHANNEL) {
        order.repeat(spreads[i], 0, work.channels(), spread[i]);
      } else if (work.operands().get(i) == Spread.SCALAR) {
        Arrays.fill(spread[i], spreads[i].get(0));
      }
    }
    loop.run();
    for (int i = 0; i < sums.length; i++) {
      if (work.sums().get(i).kept() != Spread.PICTURE) {
        finish(work.sums().get(i), pictureSums[i], sums[i]);
      }
    }
  }

  private void picture(int picture) {
    float[][] value = values.get();
    float[][] total = totals.get();
    for (float[] sum : total) {
      Arrays.fill(sum, 0);
    }
    for (int i = 0; i < spreads.length; i++) {
      if (spread[i] != null) {
        value[i] = spread[i];
      } else if (work.operands().get(i) == Spread.PICTURE) {
        order.repeat(spreads[i], picture * work.channels(), work.channels(), value[i]);
      }
    }
    int start = picture * work.pixels() * work.channels();
    for (int i = 0; i < pieces; i++) {
      piece(start + i * piece, value, total);
    }
    for (int i = 0; i < total.length; i++) {
      Sum sum = work.sums().get(i);
      float[] result = pictureSums[i][picture];
      order.fold(total[i], result);
      if (sum.kept() == Spread.PICTURE) {
        Pieces.scale(result, sum.factor(), result, result.length);
        sums[i].put(picture * work.channels(), result, 0, result.length);
      }
    }
  }

  private void piece(int offset, float[][] value, float[][] total) {
    for (int i = 0; i < full.length; i++) {
      if (full[i] != null) {
        full[i].load(offset, value[i], piece);
      }
    }
    int next = full.length;
    for (int i = 0; i < work.steps().size(); i++) {
      Step step = work.steps().get(i);
      Pieces.apply(step, value[step.a()], value[step.b()], value[next++], piece);
    }
    for (int i = 0; i < stores.length; i++) {
      stores[i].store(value[work.stores().get(i)], offset, piece);
    }
    for (int i = 0; i < total.length; i++) {
      Pieces.add(value[work.sums().get(i).value()], total[i], total[i], piece);
    }
  }

  private static void finish(Sum sum, float[][] pictures, FloatBuffer result) {
    double all = 0;
    for (int c = 0; c < pictures[0].length; c++) {
      double channel = 0;
      for (float[] picture : pictures) {
        channel += picture[c];
      }
      if (sum.kept() == Spread.CHANNEL) {
        result.put(c, (float) (channel * sum.factor()));
      }
      all += channel;
    }
    if (sum.kept() == Spread.SCALAR) {
      result.put(0, (float) (all * sum.factor()));
    }
  }

  @Override
  public String kind() {
    return "elementwise";
  }

  @Override
  public void close() {
    values.remove();
    totals.remove();
  }
}
