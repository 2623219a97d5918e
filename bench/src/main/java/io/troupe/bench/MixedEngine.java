package io.troupe.bench;

import io.troupe.data.fetch.CacheFolder;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.compile.PlannedConvolutions;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Measurement;
import java.nio.file.Path;
import java.util.Optional;

/** The engine {@code native} in mixed precision, by the algorithms that are fastest here. */
final class MixedEngine implements ProgramCompiler {
  @Override
  public Program compile(Bindings bindings) {
    return CompiledGraph.compile(bindings.precision(fastest(bindings)));
  }

  private static Precision fastest(Bindings bindings) {
    bindings.precision(Precision.mixed(Bfloat16Choice.always(Bfloat16Algorithm.PORTABLE)));
    PlannedConvolutions planned = new PlannedConvolutions();
    Optional<Workspace> lent = bindings.workspace();
    try (Workspace none = new Workspace()) {
      planned.plan(bindings.workspace(none), 1).close();
    }
    lent.ifPresentOrElse(bindings::workspace, bindings::ownWorkspace);
    Path times = CacheFolder.ofUser().root().resolve("convolutions.txt");
    return Precision.mixed(Bfloat16Measurement.run(planned.works(), times).choice());
  }
}
