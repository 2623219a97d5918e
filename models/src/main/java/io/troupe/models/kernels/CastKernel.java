package io.troupe.models.kernels;

/** Rounds floats to bfloat16, or makes floats of bfloat16, which is exact. */
public final class CastKernel implements Kernel {
  private static final int TURN = 1 << 15;
  private static final int PIECE = 1024;

  private final Parallel loop;
  private final PieceMemory floats;
  private final FloatMemory floatMemory;
  private final Bfloat16Memory halfMemory;
  private final PieceMemory halves;
  private final boolean rounds;
  private final int length;
  private final ThreadLocal<float[]> pieces = ThreadLocal.withInitial(() -> new float[PIECE]);

  /**
   * A kernel on given memory.
   *
   * @throws IllegalArgumentException unless one side is floats and the other bfloat16, equally long
   */
  public CastKernel(ArrayMemory from, ArrayMemory to) {
    if (from.length() != to.length() || from.getClass() == to.getClass()) {
      throw new IllegalArgumentException("cannot cast %s to %s".formatted(from, to));
    }
    rounds = from instanceof FloatMemory;
    floatMemory = (FloatMemory) (rounds ? from : to);
    halfMemory = (Bfloat16Memory) (rounds ? to : from);
    length = Math.toIntExact(from.length());
    floats = PieceOrder.HALVES.memory(floatMemory);
    halves = PieceOrder.HALVES.memory(halfMemory);
    loop = new Parallel((length + TURN - 1) / TURN, this::turn);
  }

  private void turn(int turn) {
    int end = Math.min(length, (turn + 1) * TURN);
    float[] piece = pieces.get();
    for (int start = turn * TURN; start < end; start += PIECE) {
      int count = Math.min(PIECE, end - start) & ~1;
      if (rounds) {
        floats.load(start, piece, count);
        halves.store(piece, start, count);
      } else {
        halves.load(start, piece, count);
        floats.store(piece, start, count);
      }
    }
    if (end == length && length % 2 != 0) {
      last(length - 1);
    }
  }

  private void last(int index) {
    if (rounds) {
      halfMemory.buffer().put(index, Bfloat16.of(floatMemory.buffer().get(index)));
    } else {
      floatMemory.buffer().put(index, Bfloat16.value(halfMemory.buffer().get(index)));
    }
  }

  @Override
  public void run() {
    loop.run();
  }

  @Override
  public String kind() {
    return rounds ? "round" : "expand";
  }

  @Override
  public void close() {
    pieces.remove();
  }
}
