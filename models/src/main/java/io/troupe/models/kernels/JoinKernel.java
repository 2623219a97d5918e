package io.troupe.models.kernels;

import java.nio.ByteBuffer;
import java.util.List;

/** Copies arrays behind each other along an axis, or takes such an array apart again. */
public final class JoinKernel implements Kernel {
  private final boolean joins;
  private final ByteBuffer whole;
  private final ByteBuffer[] parts;
  private final int[] lines;
  private final int line;
  private final int linesOfATurn;
  private final Parallel loop;

  /**
   * A kernel on given memory.
   *
   * @param joins whether the whole is made of the parts
   * @param count product of the sizes of the axes before the one along which is joined
   * @param whole as long as all parts, which need not be of the same length
   */
  public JoinKernel(
      boolean joins, int count, ArrayMemory whole, List<? extends ArrayMemory> parts) {
    this.joins = joins;
    this.whole = whole.bytes();
    this.parts = parts.stream().map(ArrayMemory::bytes).toArray(ByteBuffer[]::new);
    lines =
        parts.stream()
            .mapToInt(part -> Math.toIntExact(part.length() / count * part.width()))
            .toArray();
    line = Math.toIntExact(whole.length() / count * whole.width());
    int turns = Math.min(count, 64);
    linesOfATurn = (count + turns - 1) / turns;
    loop = new Parallel(turns, turn -> copy(turn * linesOfATurn, count));
  }

  private void copy(int first, int count) {
    for (int i = first; i < Math.min(first + linesOfATurn, count); i++) {
      int start = i * line;
      for (int part = 0; part < parts.length; part++) {
        int length = lines[part];
        if (joins) {
          whole.put(start, parts[part], i * length, length);
        } else {
          parts[part].put(i * length, whole, start, length);
        }
        start += length;
      }
    }
  }

  @Override
  public void run() {
    loop.run();
  }

  @Override
  public String kind() {
    return joins ? "join" : "part";
  }

  @Override
  public void close() {}
}
