package io.troupe.actors.daemon;

import io.troupe.actors.evaluation.EvaluationWork;
import io.troupe.actors.loop.BatchWork;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.Work;
import io.troupe.actors.run.RunException;
import io.troupe.actors.sampling.GridWork;
import io.troupe.config.RunSettings;
import io.troupe.models.graph.ProgramCompiler;
import java.util.Map;
import java.util.function.Supplier;

/** What a node of a fleet can do for runs of other processes, by the engines of this build. */
public final class NodeWorks {
  private NodeWorks() {}

  /** All of it; each is made when it is needed. */
  public static Map<JobKind, Supplier<Work>> all() {
    return Map.of(
        JobKind.EVALUATE,
        () -> new EvaluationWork(NodeWorks::ofEvaluations),
        JobKind.SAMPLE,
        () -> new GridWork(NodeWorks::ofTraining),
        JobKind.AUGMENT,
        BatchWork::new);
  }

  private static ProgramCompiler ofTraining(RunSettings settings) throws JobException {
    try {
      return EngineSelection.compiler(settings.compute());
    } catch (RunException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  private static ProgramCompiler ofEvaluations(RunSettings settings) throws JobException {
    try {
      return EngineSelection.ofEvaluations(settings, ofTraining(settings));
    } catch (RunException e) {
      throw new JobException(e.getMessage(), e);
    }
  }
}
