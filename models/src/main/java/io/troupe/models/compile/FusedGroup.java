package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import io.troupe.models.kernels.Elementwise.Sum;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/** Operations on arrays of one shape that become one. */
final class FusedGroup {
  /** So that the values of a piece stay in the first cache. */
  private static final int MOST_MEMBERS = 12;

  private final Geometry geometry;
  private final List<FusedMember> members = new ArrayList<>();
  private final Set<Operation> operations = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Value> full = new HashSet<>();

  FusedGroup(Geometry geometry) {
    this.geometry = geometry;
  }

  /** Appends a member. */
  void add(FusedMember member) {
    members.add(member);
    operations.add(member.operation());
    if (!member.steps().isEmpty()) {
      full.addAll(member.operation().outputs());
    }
  }

  /** Appends another group's members. */
  void addAll(FusedGroup other) {
    other.members.forEach(this::add);
  }

  /** Whether an operation is a member. */
  boolean contains(Operation operation) {
    return operations.contains(operation);
  }

  /** Whether a value is a member's result, not a sum. */
  boolean makesInFull(Value value) {
    return full.contains(value);
  }

  /** Whether another group, and one more member, may join. */
  boolean canTake(FusedGroup other) {
    return geometry.equals(other.geometry)
        && members.size() + other.members.size() < MOST_MEMBERS
        && inputs().stream().noneMatch(other::makes)
        && other.inputs().stream().allMatch(input -> !makes(input) || full.contains(input));
  }

  private boolean makes(Value value) {
    return members.stream().anyMatch(m -> m.operation().outputs().contains(value));
  }

  /** What the members read and no member makes. */
  List<Value> inputs() {
    Map<Value, Boolean> found = new LinkedHashMap<>();
    for (FusedMember member : members) {
      for (Value input : member.operation().inputs()) {
        if (!full.contains(input)) {
          found.put(input, true);
        }
      }
    }
    return List.copyOf(found.keySet());
  }

  /**
   * What runs in place of the members.
   *
   * @param isNeeded whether a member's result is needed outside of the group
   */
  List<Operation> operations(BiPredicate<Value, FusedGroup> isNeeded) {
    Operation last = members.get(members.size() - 1).operation();
    if (members.size() == 1 && members.get(0).isFastAlone()) {
      return List.of(last);
    }
    List<Value> inputs = inputs();
    Map<Value, Integer> numbers = new HashMap<>();
    List<Spread> spreads = new ArrayList<>();
    for (Value input : inputs) {
      numbers.put(input, numbers.size());
      spreads.add(geometry.spread(input.array()).orElseThrow());
    }
    List<Step> steps = new ArrayList<>();
    List<Integer> stores = new ArrayList<>();
    List<Sum> sums = new ArrayList<>();
    List<Value> stored = new ArrayList<>();
    List<Value> summed = new ArrayList<>();
    for (FusedMember member : members) {
      List<Value> read = member.operation().inputs();
      Value result = member.operation().outputs().get(0);
      if (member.operation().computation() instanceof SumFunction sum) {
        sums.add(new Sum(numbers.get(read.get(0)), sum.kept(), (float) sum.factor()));
        summed.add(result);
        continue;
      }
      for (Step step : member.steps()) {
        int before = inputs.size() + steps.size() - 1;
        int a = step.a() == FusedMember.BEFORE ? before : numbers.get(read.get(step.a()));
        int b = numbers.get(read.get(step.b()));
        steps.add(new Step(step.operator(), a, b, step.constant()));
      }
      numbers.put(result, inputs.size() + steps.size() - 1);
      if (isNeeded.test(result, this)) {
        stores.add(numbers.get(result));
        stored.add(result);
      }
    }
    stored.addAll(summed);
    ElementwiseFunction function =
        new ElementwiseFunction(geometry.work(spreads, steps, stores, sums));
    return List.of(new Operation(last.graph(), name(), function, inputs, stored));
  }

  private String name() {
    return members.get(0).operation().name()
        + (members.size() == 1 ? "" : " to " + members.get(members.size() - 1).operation().name());
  }
}
