package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Workspace;
import io.troupe.models.kernels.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the parts of a {@link CompiledGraph}. */
final class GraphCompiler {
  private final Bindings bindings;
  private final Mode mode;
  private final GraphReader reader;
  private final Optional<Workspace> ownWorkspace;
  private final List<OutputBinding> outputs = new ArrayList<>();
  private final List<Operation> run = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();
  private List<Operation> found = List.of();
  private List<Operation> operations = List.of();
  private long resultBytes;

  /** What is made of a graph. */
  enum Mode {
    /** Kernels. */
    COMPILE,
    /** The same with ND4J's own operations alone. */
    COMPILE_AS_IT_IS,
    /** The plan of {@link #COMPILE}'s memory, without memory and kernels. */
    PLAN
  }

  /** Compiles; if it fails nothing stays allocated. */
  GraphCompiler(Bindings bindings, Mode mode) {
    this.bindings = bindings;
    this.mode = mode;
    reader = new GraphReader(bindings);
    ownWorkspace =
        bindings.workspace().isPresent() ? Optional.empty() : Optional.of(new Workspace());
    try {
      compile();
    } catch (RuntimeException e) {
      kernels.forEach(Kernel::close);
      ownWorkspace.ifPresent(Workspace::close);
      reader.close();
      throw e;
    }
  }

  private void compile() {
    bindings
        .outputs()
        .forEach(
            (name, target) -> {
              Value value = reader.read(bindings.graph().outputs().get(name));
              outputs.add(new OutputBinding(reader.label(), name, value, target));
            });
    List<Value> values = outputs.stream().map(OutputBinding::value).toList();
    found = reader.operations(values);
    operations =
        mode == Mode.COMPILE_AS_IT_IS
            ? found
            : Replacements.apply(reader, found, values, bindings.precision());
    writeDirectly();
    bindings.pause().ifPresent(this::checkPause);
    Set<Value> kept = new HashSet<>();
    outputs.stream().filter(o -> !o.isInPlace()).forEach(o -> kept.add(o.value()));
    StorageChoice storage = new StorageChoice(operations, kept);
    storage.placeLentViews();
    List<Operation> copies = copies();
    List<Value> results =
        Stream.of(operations, copies)
            .flatMap(List::stream)
            .flatMap(o -> o.outputs().stream())
            .toList();
    Workspace workspace = bindings.workspace().or(() -> ownWorkspace).orElseThrow();
    Arena arena = new Arena(results);
    resultBytes = arena.bytes();
    if (mode == Mode.PLAN) {
      arena.reserve(workspace);
      return;
    }
    arena.place(workspace);
    operations.stream().filter(o -> !storage.isFree(o)).forEach(run::add);
    run.addAll(copies);
    run.forEach(o -> kernels.add(o.kernel()));
  }

  /** Lets operations write bound arrays whose memory is in no other use. */
  private void writeDirectly() {
    Set<Value> results = new HashSet<>();
    operations.stream()
        .filter(o -> !StorageChoice.isView(o))
        .forEach(o -> results.addAll(o.outputs()));
    for (OutputBinding output : outputs) {
      if (results.contains(output.value())
          && output.value().storage() == null
          && output.hasPlainTarget()
          && bindings.inputs().values().stream()
              .noneMatch(in -> BoundMemory.overlap(in, output.target()))
          && outputs.stream()
              .noneMatch(o -> o != output && BoundMemory.overlap(o.target(), output.target()))) {
        output.value().storeIn(Storage.lent());
        output.value().place(output.target());
      }
    }
  }

  /** What is copied to its target is there only when all has run, which is too late. */
  private void checkPause(Bindings.Pause pause) {
    if (outputs.stream().noneMatch(o -> o.name().equals(pause.output()) && o.isInPlace())
        || operations.stream().noneMatch(o -> o.computation() instanceof PauseFunction)) {
      throw new IllegalStateException(
          "%s: cannot pause between %s, which must be bound to memory of its own, and %s, which must"
                  .formatted(reader.label(), pause.output(), pause.input())
              + " be needed");
    }
  }

  /**
   * What is left to be copied after all operations: first, aside, inputs that are outputs and would
   * be overwritten by other copies; then everything to its target.
   */
  private List<Operation> copies() {
    List<OutputBinding> moved = outputs.stream().filter(o -> !o.isInPlace()).toList();
    List<Operation> aside = new ArrayList<>();
    List<Operation> copies = new ArrayList<>();
    for (OutputBinding output : moved) {
      Value source = output.value();
      if (!source.storage().isPlanned()
          && moved.stream()
              .anyMatch(o -> BoundMemory.overlap(o.target(), output.value().array()))) {
        source =
            Value.result(
                output.name(),
                reader.probe(output.target().dataType(), output.target().shape(), 'c'));
        source.storeIn(Storage.planned(operations.size()));
        aside.add(OutputBinding.copy(reader.label(), output.value(), source));
      }
      copies.add(
          OutputBinding.copy(reader.label(), source, Value.input(output.name(), output.target())));
    }
    aside.addAll(copies);
    return aside;
  }

  GraphReader reader() {
    return reader;
  }

  /** The workspace, unless one was lent. */
  Optional<Workspace> ownWorkspace() {
    return ownWorkspace;
  }

  /** Bytes of all intermediate results. */
  long resultBytes() {
    return resultBytes;
  }

  /** All operations, those that are views among them. */
  List<Operation> operations() {
    return operations;
  }

  /** The operations that are run, in order. */
  List<Operation> run() {
    return run;
  }

  /** Their kernels. */
  List<Kernel> kernels() {
    return kernels;
  }

  long unplannedBytes() {
    return found.stream()
        .flatMap(o -> o.outputs().stream())
        .mapToLong(v -> v.array().length() * v.array().dataType().width())
        .sum();
  }
}
