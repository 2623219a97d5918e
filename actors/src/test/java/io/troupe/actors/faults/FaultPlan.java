package io.troupe.actors.faults;

import io.troupe.actors.faults.Fault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Draws what is done to the daemons of a run. System calls that were hit least come first, so that
 * all are, one after another.
 */
final class FaultPlan {
  private static final int ENOSPC = 28;
  private static final int EIO = 5;
  private static final int EACCES = 13;

  /** Of a lasting error: more calls than a run makes. */
  private static final int ALWAYS = 1_000_000;

  private static final int MOST_ERRORS = 8;
  private static final int HOUR = 3600;
  private static final int DECADE = 10 * 365 * 24 * HOUR;

  private final Random random;
  private final Map<CallPoint, Long> points;
  private final Map<String, Integer> done;

  /**
   * A plan.
   *
   * @param points where the run can be hit, and how often
   * @param done how often a point was hit by a kind of fault before; grows
   */
  FaultPlan(Random random, Map<CallPoint, Long> points, Map<String, Integer> done) {
    this.random = random;
    this.points = points;
    this.done = done;
  }

  /** What is done to one daemon at its system calls. */
  List<Fault> atCalls() {
    List<Fault> faults = new ArrayList<>();
    if (points.isEmpty()) {
      return faults;
    }
    if (random.nextInt(4) == 0) {
      faults.add(error(point -> true));
      return faults;
    }
    int errors = random.nextInt(MOST_ERRORS + 1);
    for (int i = 0; i < errors; i++) {
      faults.add(error(CallPoint::isBesideTraining));
    }
    if (random.nextInt(6) == 0) {
      int seconds = (random.nextBoolean() ? 1 : -1) * (random.nextBoolean() ? HOUR : DECADE);
      faults.add(at(Kind.CLOCK, "clock " + seconds, any -> true));
    }
    if (random.nextInt(3) > 0) {
      faults.add(random.nextInt(5) == 0 ? at(Kind.TERM_AT_CALL, "term", any -> true) : kill());
    }
    return faults;
  }

  private Fault kill() {
    String[] when = {"kill-before", "kill-after", "kill-half"};
    Kind kind = Kind.KILL_AT_CALL;
    CallPoint point = point(kind, any -> true);
    String how = when[random.nextInt(point.call().equals("write") ? 3 : 2)];
    return Fault.at(kind, point, nth(point), how);
  }

  private Fault error(Predicate<CallPoint> which) {
    int drawn = random.nextInt(7);
    if (drawn == 0) {
      return at(Kind.SHORT_WRITE, "short", which);
    }
    Kind kind = List.of(Kind.DISK_FULL, Kind.IO_ERROR, Kind.NO_PERMISSION).get(drawn % 3);
    int number = kind == Kind.DISK_FULL ? ENOSPC : kind == Kind.IO_ERROR ? EIO : EACCES;
    int times = random.nextInt(5) == 0 ? ALWAYS : 1 + random.nextInt(3);
    return at(kind, "error %d %d".formatted(number, times), which);
  }

  private Fault at(Kind kind, String action, Predicate<CallPoint> which) {
    CallPoint point = point(kind, which);
    return Fault.at(kind, point, nth(point), action);
  }

  /** A point that this kind has hit least. */
  private CallPoint point(Kind kind, Predicate<CallPoint> which) {
    List<CallPoint> best = new ArrayList<>();
    int least = Integer.MAX_VALUE;
    for (CallPoint point : points.keySet()) {
      if (!isPossible(kind, point) || !which.test(point)) {
        continue;
      }
      int count = done.getOrDefault(key(kind, point), 0);
      if (count < least) {
        best.clear();
        least = count;
      }
      if (count == least) {
        best.add(point);
      }
    }
    CallPoint chosen = best.get(random.nextInt(best.size()));
    // Also if it is not hit, so that a point that is seldom come to does not hold up the others.
    done.merge(key(kind, chosen), 1, Integer::sum);
    return chosen;
  }

  private static boolean isPossible(Kind kind, CallPoint point) {
    boolean reads = point.call().equals("reading") || point.call().equals("read");
    return switch (kind) {
      case SHORT_WRITE -> point.call().equals("write");
      case DISK_FULL -> !reads && !point.call().equals("unlink");
      case NO_PERMISSION -> !List.of("read", "write", "fsync", "truncate").contains(point.call());
      default -> true;
    };
  }

  private static String key(Kind kind, CallPoint point) {
    return kind + " " + point.call() + " " + point.pattern();
  }

  /** A run that goes on from a checkpoint makes fewer calls than the whole one. */
  private long nth(CallPoint point) {
    long all = points.get(point);
    return 1 + (long) (random.nextDouble() * random.nextDouble() * all);
  }
}
