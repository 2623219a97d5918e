package io.troupe.actors.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The nodes that have told the dispatcher of themselves. */
final class KnownNodes {
  private record Known(Dispatcher.NodeReport report, Instant at) {}

  private final Members members;
  private final Map<String, Known> nodes = new TreeMap<>();

  KnownNodes(Members members) {
    this.members = members;
  }

  void heard(Dispatcher.NodeReport report) {
    nodes.put(report.name(), new Known(report, Instant.now()));
  }

  /** A node gets no runs any more. */
  void leaves(String name) {
    nodes.remove(name);
  }

  /** Forgets all but these. */
  void retain(Set<String> present) {
    nodes.keySet().retainAll(present);
  }

  /** Of the trainer nodes that can be reached. */
  Map<String, Integer> slots() {
    Set<String> reachable = members.reachable();
    Map<String, Integer> slots = new TreeMap<>();
    nodes.forEach(
        (name, known) -> {
          if (reachable.contains(name) && known.report().roles().contains(FleetNode.TRAINER)) {
            slots.put(name, known.report().slots());
          }
        });
    return slots;
  }

  /**
   * As a fleet shows them.
   *
   * @param used how many slots of a node are taken
   */
  List<FleetView.Node> shown(ToLongFunction<String> used) {
    Set<String> reachable = members.reachable();
    List<FleetView.Node> shown = new ArrayList<>();
    nodes.forEach(
        (name, known) ->
            shown.add(
                new FleetView.Node(
                    name,
                    known.report().roles(),
                    known.report().slots(),
                    used.applyAsLong(name),
                    known.report().url(),
                    reachable.contains(name),
                    known.at().toString())));
    return shown;
  }
}
