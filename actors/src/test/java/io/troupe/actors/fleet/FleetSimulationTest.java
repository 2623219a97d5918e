package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.fleet.FleetBook.Outcome;
import io.troupe.actors.fleet.FleetRun.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A thousand runs on a hundred nodes that fail and come back, without training: the decisions are
 * the dispatcher's own.
 */
class FleetSimulationTest {
  private static final int NODES = 100;
  private static final int RUNS = 1000;
  private static final int SLOTS = 2;

  /** Of a run, in ticks; it loses what it did since its last checkpoint when its node fails. */
  private static final int LENGTH = 40;

  private static final int CHECKPOINT = 5;

  @Test
  void everyRunEndsAndNoSlotIsIdleWhileSomebodyWaits() throws Exception {
    Random random = new Random(20);
    FleetBook book = new FleetBook();
    Submission all =
        new Submission(
            "run",
            "demo",
            List.of(),
            Map.of("seed", IntStream.range(0, RUNS).mapToObj(Integer::toString).toList()),
            0,
            Optional.empty());
    book.submit(all.runs(), all.sweep());
    Map<String, Integer> up = new TreeMap<>();
    IntStream.range(0, NODES).forEach(i -> up.put("node-%03d:1".formatted(i), SLOTS));
    Map<String, Integer> down = new HashMap<>();
    Map<String, Integer> done = new HashMap<>();
    int failures = 0;
    int ticks = 0;
    int lostWork = 0;
    while (book.untabled().isEmpty()) {
      ticks++;
      assertThat(ticks).as("it comes to an end").isLessThan(10_000);
      down.replaceAll((node, left) -> left - 1);
      for (String back : down.keySet().stream().filter(node -> down.get(node) <= 0).toList()) {
        down.remove(back);
        up.put(back, SLOTS);
      }
      for (String node : List.copyOf(up.keySet())) {
        if (random.nextInt(200) == 0) {
          failures++;
          up.remove(node);
          down.put(node, 1 + random.nextInt(20));
          for (FleetRun run : book.runs()) {
            if (run.phase().hasSlot() && run.node().equals(Optional.of(node))) {
              int kept = done.getOrDefault(run.name(), 0) / CHECKPOINT * CHECKPOINT;
              lostWork += done.getOrDefault(run.name(), 0) - kept;
              done.put(run.name(), kept);
            }
          }
          book.lost(node, "lost");
        }
      }
      book.place(up);
      check(book, up);
      for (FleetRun run : List.copyOf(book.runs())) {
        if (run.phase() == Phase.PLACED && done.merge(run.name(), 1, Integer::sum) >= LENGTH) {
          book.ended(run.name(), run.epoch(), Outcome.COMPLETE, "");
        }
      }
    }
    assertThat(book.runs()).hasSize(RUNS).allMatch(run -> run.phase() == Phase.FINISHED);
    assertThat(failures).isPositive();
    // All work, and what was lost, through the slots that were up, and the last runs' tail.
    assertThat(ticks)
        .isBetween(
            RUNS * LENGTH / (NODES * SLOTS), 2 * (RUNS * LENGTH + lostWork) / (NODES * SLOTS));
  }

  private static void check(FleetBook book, Map<String, Integer> up) {
    Map<String, Long> used =
        book.runs().stream()
            .filter(run -> run.phase().hasSlot())
            .collect(Collectors.groupingBy(run -> run.node().orElseThrow(), Collectors.counting()));
    assertThat(up.keySet()).containsAll(used.keySet());
    assertThat(used.values()).allMatch(slots -> slots <= SLOTS);
    boolean somebodyWaits = book.runs().stream().anyMatch(run -> run.phase() == Phase.QUEUED);
    long free = up.size() * (long) SLOTS - used.values().stream().mapToLong(Long::longValue).sum();
    assertThat(somebodyWaits && free > 0).isFalse();
  }
}
