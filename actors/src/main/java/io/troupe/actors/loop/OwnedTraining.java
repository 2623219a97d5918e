package io.troupe.actors.loop;

import io.troupe.actors.run.RunException;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;

/**
 * The networks of a run and their compiled steps, which are made anew when other settings need it.
 * Owns them. Whoever uses them is to have ended before they change.
 */
public final class OwnedTraining implements AutoCloseable {
  private final ImageSpec spec;
  private final ProgramCompiler compiler;
  private RunSettings settings;
  private GanTraining present;
  private boolean open = true;

  /**
   * Compiles the steps.
   *
   * @param spec of the dataset's images
   * @throws RunException if they take more memory than the settings allow
   */
  public OwnedTraining(RunSettings settings, ImageSpec spec, ProgramCompiler compiler)
      throws RunException {
    this.spec = spec;
    this.compiler = compiler;
    this.settings = settings;
    present = new GanTraining(settings, spec, compiler);
    try {
      requireMemory(settings, present);
    } catch (RunException e) {
      present.close();
      throw e;
    }
  }

  /** The networks as they are now; others after each change that compiles. */
  public synchronized GanTraining present() {
    return present;
  }

  /**
   * Has other settings from now on. If the steps have to be compiled for them, the networks have
   * their initial values afterwards: the old ones are closed before the new ones are made. If that
   * fails, all is compiled as it was.
   *
   * @return whether the steps were compiled
   * @throws RunException if the settings cannot be used
   */
  public synchronized boolean change(RunSettings changed) throws RunException {
    if (!open) {
      throw new IllegalStateException("the training is closed");
    }
    if (present.fits(changed)) {
      present.adopt(changed);
      settings = changed;
      return false;
    }
    RunSettings before = settings;
    try {
      compile(changed);
      requireMemory(changed, present);
      return true;
    } catch (RunException e) {
      compile(before);
      throw e;
    } catch (RuntimeException | Error e) {
      compile(before);
      throw new RunException("the steps cannot be compiled: " + Supervision.describe(e), e);
    }
  }

  private void compile(RunSettings changed) {
    int redraws = present.redraws();
    close();
    present = new GanTraining(changed, spec, compiler);
    open = true;
    settings = changed;
    present.setRedraws(redraws);
  }

  private static void requireMemory(RunSettings settings, GanTraining training)
      throws RunException {
    long limit = (long) settings.compute().memoryMb() << 20;
    if (limit > 0 && training.plannedBytes() > limit) {
      throw new RunException(
          "a step with training.batch = %d plans %d MiB of intermediate results, and compute.memory-mb is %d; choose a smaller batch or smaller networks"
              .formatted(
                  settings.training().batch(),
                  training.plannedBytes() >> 20,
                  settings.compute().memoryMb()));
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      present.close();
    }
  }
}
