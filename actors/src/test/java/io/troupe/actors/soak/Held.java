package io.troupe.actors.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a daemon holds at a time, after a garbage collection.
 *
 * @param heap bytes that are used of the Java heap
 * @param offHeap resident bytes of the process beside the heap
 * @param arrays bytes of arrays that are not closed
 * @param threads how many
 * @param files handles of files and sockets that are open
 * @param messages that wait in the fullest mailbox
 */
record Held(
    double heap, double offHeap, double arrays, double threads, double files, double messages) {
  private static final double MIB = 1 << 20;

  /**
   * By how much something may grow from the second quarter of a time to its last.
   *
   * @param unit that both are given in, in its own units
   */
  private record Bound(String name, ToDoubleFunction<Held> value, double unit, double most) {}

  private static final List<Bound> BOUNDS =
      List.of(
          new Bound("heap, MiB", Held::heap, MIB, 16),
          new Bound("off-heap, MiB", Held::offHeap, MIB, 64),
          new Bound("arrays, MiB", Held::arrays, MIB, 1),
          new Bound("threads", Held::threads, 1, 8),
          new Bound("files", Held::files, 1, 16));

  /** In no mailbox there are ever more. */
  private static final double MOST_MESSAGES = 1000;

  /** What of samples taken one after the other is not flat; empty if all is. */
  static List<String> growth(List<Held> samples) {
    List<String> growing = new ArrayList<>();
    for (Bound bound : BOUNDS) {
      double before = median(samples, bound, 1);
      double after = median(samples, bound, 3);
      if (after - before > bound.most) {
        growing.add(
            String.format(
                Locale.ROOT,
                "%s: from %.1f to %.1f, more than %.0f",
                bound.name,
                before,
                after,
                bound.most));
      }
    }
    double most = samples.stream().mapToDouble(Held::messages).max().orElseThrow();
    if (most > MOST_MESSAGES) {
      growing.add("messages in a mailbox: " + most);
    }
    return growing;
  }

  /** Of a quarter of the samples, counted from 0. */
  private static double median(List<Held> samples, Bound bound, int quarter) {
    int size = samples.size();
    double[] values =
        samples.subList(size * quarter / 4, size * (quarter + 1) / 4).stream()
            .mapToDouble(bound.value)
            .sorted()
            .toArray();
    return values[values.length / 2] / bound.unit;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "heap %.1f MiB, off-heap %.1f MiB, arrays %.3f MiB, %.0f threads, %.0f files, %.0f messages",
        heap / MIB,
        offHeap / MIB,
        arrays / MIB,
        threads,
        files,
        messages);
  }
}
