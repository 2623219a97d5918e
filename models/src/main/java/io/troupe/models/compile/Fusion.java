package io.troupe.models.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Joins operations that treat every element alike into groups that each take one pass over memory.
 * A group waits for members until an operation outside of it reads a member's result; it then runs
 * just before that operation.
 */
final class Fusion {
  private final Map<Value, List<Operation>> readers = new HashMap<>();
  private final Set<Value> wanted;
  private final Set<Value> narrow;
  private final Map<Value, FusedGroup> open = new HashMap<>();
  private final Set<FusedGroup> groups = new LinkedHashSet<>();
  private final List<Operation> result = new ArrayList<>();

  private Fusion(List<Operation> operations, List<Value> wanted, Set<Value> narrow) {
    this.wanted = Set.copyOf(wanted);
    this.narrow = narrow;
    for (Operation operation : operations) {
      for (Value input : operation.inputs()) {
        readers.computeIfAbsent(input, v -> new ArrayList<>()).add(operation);
      }
    }
  }

  /**
   * The same operations with groups in place of their members.
   *
   * @param narrow values that are bfloat16 in memory; operations on them become members however
   *     small they are
   */
  static List<Operation> apply(List<Operation> operations, List<Value> wanted, Set<Value> narrow) {
    Fusion fusion = new Fusion(operations, wanted, narrow);
    operations.forEach(fusion::add);
    while (!fusion.groups.isEmpty()) {
      fusion.close(fusion.groups.iterator().next());
    }
    return fusion.result;
  }

  private void add(Operation operation) {
    Optional<FusedMember> member = FusedMember.of(operation, narrow);
    if (member.isEmpty()) {
      operation.inputs().forEach(this::closeProducer);
      result.add(operation);
      return;
    }
    // Sums are there when their group has run.
    operation.inputs().stream().filter(i -> !isFull(i)).forEach(this::closeProducer);
    FusedGroup group = new FusedGroup(member.get().geometry());
    for (Value input : operation.inputs()) {
      FusedGroup producer = open.get(input);
      if (producer != null && producer != group) {
        if (producer.canTake(group)) {
          group = join(producer, group);
        } else {
          close(producer);
        }
      }
    }
    group.add(member.get());
    groups.add(group);
    for (Value output : operation.outputs()) {
      open.put(output, group);
    }
  }

  private boolean isFull(Value value) {
    return open.containsKey(value) && open.get(value).makesInFull(value);
  }

  private FusedGroup join(FusedGroup into, FusedGroup from) {
    into.addAll(from);
    if (groups.remove(from)) {
      open.replaceAll((value, group) -> group == from ? into : group);
    }
    return into;
  }

  private void closeProducer(Value value) {
    FusedGroup producer = open.get(value);
    if (producer != null) {
      close(producer);
    }
  }

  private void close(FusedGroup group) {
    groups.remove(group);
    open.values().removeIf(g -> g == group);
    // What the group reads must have been computed.
    group.inputs().forEach(this::closeProducer);
    result.addAll(group.operations(this::isNeeded));
  }

  private boolean isNeeded(Value value, FusedGroup group) {
    return wanted.contains(value)
        || readers.getOrDefault(value, List.of()).stream().anyMatch(r -> !group.contains(r));
  }
}
