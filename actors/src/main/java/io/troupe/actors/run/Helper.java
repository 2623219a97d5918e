package io.troupe.actors.run;

import java.util.List;

/**
 * What works beside training and may fail without ending it. The program's own ones are here; each
 * listener of a run is another one.
 *
 * @param label the name in lower case with hyphens, as faces show it
 */
public record Helper(String label) {
  public static final Helper JOURNAL = new Helper("journal");
  public static final Helper CHECKPOINTER = new Helper("checkpointer");

  /** The checkpointer, where it keeps the best file. */
  public static final Helper BEST_CHECKPOINT = new Helper("best-checkpoint");

  /** The checkpointer, where it removes older files. */
  public static final Helper CHECKPOINT_REMOVAL = new Helper("checkpoint-removal");

  public static final Helper EVALUATOR = new Helper("evaluator");

  /** The evaluator, where it draws features of real and generated pictures. */
  public static final Helper FEATURE_PLOT = new Helper("feature-plot");

  /** Nodes of a fleet that evaluate for the run. */
  public static final Helper FLEET_EVALUATOR = new Helper("fleet-evaluator");

  public static final Helper SAMPLER = new Helper("sampler");

  /** Nodes of a fleet that make pictures of grids for the run. */
  public static final Helper FLEET_SAMPLER = new Helper("fleet-sampler");

  /** Nodes of a fleet that make batches for the run. */
  public static final Helper FLEET_DATA = new Helper("fleet-data");

  public static final Helper PLOTTER = new Helper("plotter");

  /** Who keeps what is at hand when training goes wrong. */
  public static final Helper FORENSICS = new Helper("forensics");

  /** All of the above. */
  public static final List<Helper> OWN =
      List.of(
          JOURNAL,
          CHECKPOINTER,
          BEST_CHECKPOINT,
          CHECKPOINT_REMOVAL,
          EVALUATOR,
          FEATURE_PLOT,
          FLEET_EVALUATOR,
          SAMPLER,
          FLEET_SAMPLER,
          FLEET_DATA,
          PLOTTER,
          FORENSICS);
}
