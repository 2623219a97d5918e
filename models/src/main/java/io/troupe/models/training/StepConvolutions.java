package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.compile.PlannedConvolutions;
import io.troupe.models.graph.Bindings;
import io.troupe.models.kernels.Bfloat16Measurement;
import io.troupe.models.networks.ImageSpec;
import java.util.List;

/** The convolutions of bfloat16 numbers in an iteration, by which a machine is measured. */
public final class StepConvolutions {
  private StepConvolutions() {}

  /** Those of settings whose precision is mixed. */
  public static List<Bfloat16Measurement.Work> of(RunSettings settings, ImageSpec spec) {
    PlannedConvolutions planned = new PlannedConvolutions();
    int discriminatorSteps = settings.training().discriminatorSteps();
    new GanTraining(
            settings, spec, bindings -> planned.plan(bindings, runs(bindings, discriminatorSteps)))
        .close();
    return List.copyOf(planned.works());
  }

  /** How often a program runs in an iteration. */
  private static int runs(Bindings bindings, int discriminatorSteps) {
    boolean discriminates = bindings.outputs().containsKey(StepGraphs.REAL_LOGIT);
    boolean makesFakes =
        bindings.outputs().containsKey(StepGraphs.IMAGES) && bindings.pause().isEmpty();
    return discriminates || makesFakes ? discriminatorSteps : 1;
  }
}
