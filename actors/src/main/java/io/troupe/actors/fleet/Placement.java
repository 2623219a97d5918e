package io.troupe.actors.fleet;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Which queued run goes to which node. */
final class Placement {
  /** Those that leave the queue first: of the highest priority, then who came first. */
  static final Comparator<FleetRun> QUEUE =
      Comparator.comparingInt(FleetRun::priority).reversed().thenComparingLong(FleetRun::order);

  private record Free(String node, int slots) {}

  private Placement() {}

  /**
   * Gives queued runs the free slots, each on the node that has the most of them; of equals on the
   * first by name. No run loses its slot to another one.
   *
   * @param slots of the nodes that may get runs
   * @return nodes by the names of runs, in the queue's order
   */
  static Map<String, String> of(Collection<FleetRun> runs, Map<String, Integer> slots) {
    Map<String, Integer> free = new TreeMap<>(slots);
    runs.stream()
        .filter(run -> run.phase().hasSlot())
        .flatMap(run -> run.node().stream())
        .forEach(node -> free.computeIfPresent(node, (name, left) -> left - 1));
    PriorityQueue<Free> nodes =
        new PriorityQueue<>(
            Comparator.comparingInt(Free::slots).reversed().thenComparing(Free::node));
    free.forEach((node, left) -> nodes.add(new Free(node, left)));
    List<FleetRun> queue =
        runs.stream().filter(run -> run.phase() == FleetRun.Phase.QUEUED).sorted(QUEUE).toList();
    Map<String, String> placed = new LinkedHashMap<>();
    for (FleetRun run : queue) {
      Free best = nodes.poll();
      if (best == null || best.slots() <= 0) {
        break;
      }
      placed.put(run.name(), best.node());
      nodes.add(new Free(best.node(), best.slots() - 1));
    }
    return placed;
  }
}
