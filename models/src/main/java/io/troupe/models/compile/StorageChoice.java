package io.troupe.models.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which values share memory: views that copy nothing, and operations that write over an
 * input which nobody reads afterwards.
 */
final class StorageChoice {
  private final List<Operation> operations;
  private final Map<Value, Integer> lastReader = new HashMap<>();
  private final Map<Storage, List<Value>> sharers = new HashMap<>();
  private final Set<Value> views = new HashSet<>();

  /**
   * Chooses the storage of every result that has none yet.
   *
   * @param operations in the order of running
   * @param kept values that must outlive all operations
   */
  StorageChoice(List<Operation> operations, Set<Value> kept) {
    this.operations = operations;
    for (int step = 0; step < operations.size(); step++) {
      for (Value input : operations.get(step).inputs()) {
        lastReader.put(input, step);
      }
    }
    kept.forEach(value -> lastReader.put(value, operations.size()));
    for (int step = 0; step < operations.size(); step++) {
      choose(operations.get(step), step);
    }
  }

  private void choose(Operation operation, int step) {
    for (Value output : operation.outputs()) {
      if (output.storage() == null) {
        output.storeIn(shared(operation, output, step));
      }
      Storage storage = output.storage();
      sharers.computeIfAbsent(storage, s -> new ArrayList<>()).add(output);
      storage.needAt(lastReader.getOrDefault(output, step));
    }
  }

  private Storage shared(Operation operation, Value output, int step) {
    if (isView(operation)) {
      views.add(output);
      return operation.inputs().get(0).storage();
    }
    if (operation.known().isInPlace()) {
      for (Value input : operation.inputs()) {
        if (input.isLike(output) && diesAt(input.storage(), step) && alone(operation, input)) {
          return input.storage();
        }
      }
    }
    return Storage.planned(step);
  }

  /** Whether an operation's result is its first input under another shape. */
  static boolean isView(Operation operation) {
    Value input = operation.inputs().get(0);
    Value output = operation.outputs().get(0);
    return operation.known().isView()
        && input.array().ordering() == 'c'
        && output.array().ordering() == 'c'
        && input.array().dataType() == output.array().dataType()
        && input.array().elementWiseStride() == 1;
  }

  private boolean diesAt(Storage storage, int step) {
    return storage.isPlanned()
        && sharers.get(storage).stream().allMatch(v -> lastReader.getOrDefault(v, -1) <= step);
  }

  /** Whether no other input reads the same memory at other places. */
  private static boolean alone(Operation operation, Value input) {
    return operation.inputs().stream()
        .allMatch(other -> other.storage() != input.storage() || other.isLike(input));
  }

  /** Whether the operation only makes a view, so that nothing is to be run. */
  boolean isFree(Operation operation) {
    return views.contains(operation.outputs().get(0));
  }

  /** Places the views of arrays that are not the arena's. */
  void placeLentViews() {
    for (Operation operation : operations) {
      Value output = operation.outputs().get(0);
      if (views.contains(output) && !output.storage().isPlanned()) {
        output.place(operation.inputs().get(0).array().reshape('c', output.array().shape()));
      }
    }
  }
}
