package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.compile.MemoryPlan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Decides what a program runs, and where each slot lies. */
final class Planner {
  private static final int CACHE_LINE_BYTES = 256;

  /** A slot's place in the memory of its type, in elements. */
  private final Map<Slot, Long> offsets = new HashMap<>();

  private final Map<DataType, Long> lengths = new EnumMap<>(DataType.class);
  private final Tape tape = new Tape();
  private final List<Tape.Entry> entries;
  private final Set<Slot> wanted = new HashSet<>();
  private final Set<Slot> written = new HashSet<>();
  private final Map<String, Integer> roundings = new HashMap<>();
  private final int pauseAt;

  /**
   * Plans.
   *
   * @param arguments keeps what calls need
   */
  Planner(FlatGraph graph, Arguments arguments) {
    Lowering lowering = new Lowering(tape, arguments, graph.isMixed());
    Map<INDArray, Boolean> inputs = new HashMap<>();
    Tape.Entry pause = null;
    for (FlatGraph.Step step : graph.steps()) {
      if (step.kind().equals(FlatGraph.PAUSE)) {
        tape.begin(step.toString());
        tape.add(
            FlatGraph.PAUSE,
            List.of(lowering.place(step.inputs().get(0))),
            List.of(),
            (in, out) -> () -> {});
        pause = tape.entries().get(tape.entries().size() - 1);
      } else {
        lowering.add(step);
      }
    }
    graph.inputs().forEach(n -> inputs.put(n.array(), true));
    List<FlatGraph.Output> copied = new ArrayList<>();
    for (FlatGraph.Output output : graph.outputs()) {
      Place place = lowering.place(output.node());
      if (canWrite(place, output, inputs.keySet(), graph.outputs())) {
        place.slot().place(output.target());
        wanted.add(place.slot());
      } else {
        copied.add(output);
      }
    }
    if (pause != null
        && copied.stream().anyMatch(o -> o.name().equals(graph.writtenBeforePause().get()))) {
      throw new IllegalStateException(
          graph.label() + ": cannot pause after an output that is not written directly");
    }
    copy(copied, lowering);
    entries = tape.needed(wanted);
    pauseAt = pause == null ? -1 : entries.indexOf(pause);
    Tape.shareMemory(entries, Set.of());
    place();
    Map<Slot, Integer> counts = countRoundings();
    graph
        .outputs()
        .forEach(
            o -> roundings.put(o.name(), counts.getOrDefault(lowering.place(o.node()).slot(), 0)));
  }

  /** Whether the call that computes an output may write its target. */
  private static boolean canWrite(
      Place place, FlatGraph.Output output, Set<INDArray> inputs, List<FlatGraph.Output> all) {
    INDArray target = output.target();
    return output.node().origin() == FlatGraph.Origin.RESULT
        && place.slot().array().isEmpty()
        && place.isWhole()
        && place.slot().type() == target.dataType()
        && Place.of(target).isDense()
        && inputs.stream().noneMatch(in -> Memory.overlap(in, target))
        && all.stream().noneMatch(o -> !o.equals(output) && Memory.overlap(o.target(), target));
  }

  /**
   * What is read and overwritten is copied when all else has run, by way of other memory if need
   * be.
   */
  private void copy(List<FlatGraph.Output> copied, Lowering lowering) {
    tape.begin("the copies of results to where they are bound");
    List<Place> sources = new ArrayList<>();
    for (FlatGraph.Output output : copied) {
      Place source = lowering.place(output.node());
      boolean overwritten =
          source.slot().array().isPresent()
              && copied.stream()
                  .anyMatch(o -> Memory.overlap(o.target(), source.slot().array().get()));
      if (overwritten) {
        Place aside = tape.place(source.slot().type(), source.shape());
        tape.copy(source, aside);
        sources.add(aside);
      } else {
        sources.add(source);
      }
    }
    for (int i = 0; i < copied.size(); i++) {
      Place target = Place.of(copied.get(i).target());
      wanted.add(target.slot());
      tape.copy(sources.get(i), target);
    }
  }

  private void place() {
    for (int i = 0; i < entries.size(); i++) {
      for (List<Place> places : List.of(entries.get(i).in(), entries.get(i).out())) {
        for (Place place : places) {
          place.slot().root().needAt(i);
        }
      }
    }
    entries.forEach(e -> e.out().forEach(p -> written.add(p.slot())));
    Map<DataType, List<Slot>> byType = new EnumMap<>(DataType.class);
    Set<Slot> seen = new HashSet<>();
    for (Tape.Entry entry : entries) {
      for (Place place : entry.out()) {
        Slot root = place.slot().root();
        if (root.array().isEmpty() && seen.add(root)) {
          byType.computeIfAbsent(root.type(), t -> new ArrayList<>()).add(root);
        }
      }
    }
    byType.forEach(
        (type, slots) -> {
          MemoryPlan plan =
              MemoryPlan.of(
                  slots.stream()
                      .map(s -> new MemoryPlan.Block(s.length(), s.first(), s.last()))
                      .toList(),
                  CACHE_LINE_BYTES / type.width());
          for (int i = 0; i < slots.size(); i++) {
            offsets.put(slots.get(i), plan.offset(i));
          }
          lengths.put(type, plan.size());
        });
  }

  /** What is run, in order. */
  List<Tape.Entry> entries() {
    return entries;
  }

  /** Whether a result is read, or is an output. */
  boolean isWanted(Slot slot) {
    return wanted.contains(slot);
  }

  /** Whether the program writes it. */
  boolean isWritten(Slot slot) {
    return written.contains(slot);
  }

  private Map<Slot, Integer> countRoundings() {
    Map<Slot, Integer> counts = new HashMap<>();
    for (Tape.Entry entry : entries) {
      int before =
          entry.in().stream().mapToInt(p -> counts.getOrDefault(p.slot(), 0)).max().orElse(0);
      for (Place out : entry.out()) {
        int here = out.slot().type() == DataType.BFLOAT16 ? 1 : 0;
        counts.merge(out.slot(), before + here, Math::max);
      }
    }
    return counts;
  }

  /**
   * How often, at most, what an output is made of is rounded to bfloat16, one time after the other;
   * by the output's name.
   */
  Map<String, Integer> roundings() {
    return roundings;
  }

  /** Before which entry a run pauses; -1 if it does not. */
  int pauseAt() {
    return pauseAt;
  }

  /** Where a planned slot begins. */
  long offset(Slot slot) {
    return offsets.get(slot.root());
  }

  /** Elements of each type that the plan needs. */
  Map<DataType, Long> lengths() {
    return lengths;
  }
}
