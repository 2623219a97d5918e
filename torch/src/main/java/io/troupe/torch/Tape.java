package io.troupe.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.nd4j.linalg.api.buffer.DataType;

/** What a program does, in order, on places that have no memory yet. */
final class Tape {
  /** Makes what is run, of tensors that stay where they are. */
  interface Maker {
    /**
     * Called once, when the memory is there.
     *
     * @param in the tensors read
     * @param out the tensors written; null where nobody wants the result of a call with choice
     */
    Runnable make(Tensor[] in, Tensor[] out);
  }

  /**
   * A call, or a few on the same results.
   *
   * @param operation the graph's operation that it is part of, for errors
   * @param choice whether it can leave out results that nobody wants
   * @param inPlace whether the result may be written over an input of the same size
   */
  record Entry(
      String operation,
      String kind,
      List<Place> in,
      List<Place> out,
      boolean choice,
      boolean inPlace,
      Maker maker) {}

  private record Cast(Place of, DataType to) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Place, Place> denseCopies = new HashMap<>();
  private final Map<Cast, Place> casts = new HashMap<>();
  private String operation = "";

  /** Says which operation the next entries belong to. */
  void begin(String name) {
    operation = name;
  }

  /** A new place of a type and shape. */
  Place place(DataType type, List<Long> shape) {
    long length = shape.stream().reduce(1L, (a, b) -> a * b);
    return Place.dense(Slot.planned(type, length), shape);
  }

  /** Adds a call whose result must not share memory with what it reads. */
  void add(String kind, List<Place> in, List<Place> out, Maker maker) {
    entries.add(new Entry(operation, kind, in, out, false, false, maker));
  }

  /** Adds a call that computes only those of its results that are wanted. */
  void addWithChoice(String kind, List<Place> in, List<Place> out, Maker maker) {
    entries.add(new Entry(operation, kind, in, out, true, false, maker));
  }

  /** Adds a call that computes each element of its result from those at the same index. */
  void addElementwise(String kind, List<Place> in, Place out, Maker maker) {
    entries.add(new Entry(operation, kind, in, List.of(out), false, true, maker));
  }

  /** Adds a copy. */
  void copy(Place from, Place to) {
    add("copy", List.of(from), List.of(to), (in, out) -> () -> out[0].copy_(in[0]));
  }

  /** The same elements, one after the other in memory. */
  Place dense(Place place) {
    if (place.isDense()) {
      return place;
    }
    return denseCopies.computeIfAbsent(
        place,
        p -> {
          Place copy = place(p.slot().type(), p.shape());
          copy(p, copy);
          return copy;
        });
  }

  /** The same numbers in another type; of what has it already, the place itself. */
  Place cast(Place place, DataType type) {
    if (place.slot().type() == type) {
      return place;
    }
    return casts.computeIfAbsent(
        new Cast(place, type),
        c -> {
          Place result = place(type, place.shape());
          add("cast", List.of(place), List.of(result), (in, out) -> () -> out[0].copy_(in[0]));
          return result;
        });
  }

  /** All entries so far. */
  List<Entry> entries() {
    return entries;
  }

  /**
   * Leaves out what nobody needs.
   *
   * @param needed gets all slots that are read
   */
  List<Entry> needed(Set<Slot> needed) {
    List<Entry> kept = new ArrayList<>();
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry entry = entries.get(i);
      if (entry.out().isEmpty() || entry.out().stream().anyMatch(o -> needed.contains(o.slot()))) {
        entry.in().forEach(p -> needed.add(p.slot()));
        kept.add(0, entry);
      }
    }
    return new ArrayList<>(kept);
  }

  /**
   * Chooses which results are written over inputs that are not read any more.
   *
   * @param kept what must outlive all entries
   */
  static void shareMemory(List<Entry> entries, Set<Slot> kept) {
    Map<Slot, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      for (Place in : entries.get(i).in()) {
        lastRead.put(in.slot(), i);
      }
    }
    kept.forEach(slot -> lastRead.put(slot, entries.size()));
    Map<Slot, Integer> lastOfShared = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      for (Place out : entry.out()) {
        if (entry.inPlace() && out.slot().array().isEmpty()) {
          for (Place in : entry.in()) {
            Slot root = in.slot().root();
            if (lastOfShared.getOrDefault(root, entries.size()) <= i && fits(entry, in, out)) {
              out.slot().share(root);
              break;
            }
          }
        }
        lastOfShared.merge(out.slot().root(), lastRead.getOrDefault(out.slot(), i), Math::max);
      }
    }
  }

  private static boolean fits(Entry entry, Place in, Place out) {
    Slot root = in.slot().root();
    return in.isWhole()
        && root.array().isEmpty()
        && in.slot().type() == out.slot().type()
        && in.slot().length() == out.slot().length()
        && entry.in().stream().allMatch(o -> o.slot().root() != root || o.equals(in));
  }
}
