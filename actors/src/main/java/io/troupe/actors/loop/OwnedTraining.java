package io.troupe.actors.loop;

import io.troupe.actors.memory.FreeMemory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.EngineMemoryException;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepPlan;
import java.util.Optional;

/**
 * The networks of a run and their compiled steps, which are made anew when other settings need it.
 * Owns them. Whoever uses them is to have ended before they change.
 */
public final class OwnedTraining implements AutoCloseable {
  private final ImageSpec spec;
  private final ProgramCompiler compiler;
  private final ProgramCompiler planner;
  private RunSettings settings;
  private GanTraining present;
  private boolean open = true;

  /**
   * Compiles the steps.
   *
   * @param spec of the dataset's images
   * @param planner makes programs that know their bytes and cannot run
   * @throws RunException if they take more memory than the settings allow, or than is free
   */
  public OwnedTraining(
      RunSettings settings, ImageSpec spec, ProgramCompiler compiler, ProgramCompiler planner)
      throws RunException {
    this.spec = spec;
    this.compiler = compiler;
    this.planner = planner;
    this.settings = settings;
    // Before the networks are made; what steps plan is taken at the first one.
    Optional<FreeMemory> free = FreeMemory.of(compiler.memory());
    try {
      present = new GanTraining(settings, spec, compiler);
    } catch (EngineMemoryException e) {
      throw new RunException(
          "a step with training.batch = %d does not fit the memory of compute.device = %s: %s; choose a smaller training.micro-batch, a smaller batch or smaller networks"
              .formatted(settings.training().batch(), settings.compute().device(), e.getMessage()),
          e);
    } catch (OutOfMemoryError e) {
      // The machine has no addresses for so much. How much would be left is a better answer.
      requireMemory(settings, StepPlan.of(settings, spec, planner), free);
      throw e;
    }
    try {
      requireMemory(settings, plan(present), free);
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
      requireMemory(changed, plan(present), Optional.empty());
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

  private MicroBatchChoice choice(RunSettings wanted) {
    return new MicroBatchChoice(wanted, spec, planner, compiler.memory());
  }

  /** Settings with which a step computes fewer images at once; empty if there are none. */
  public Optional<RunSettings> smaller(RunSettings than) {
    return choice(than).smaller();
  }

  private static StepPlan plan(GanTraining training) {
    return new StepPlan(
        training.plannedBytes(),
        training.generator().values().layout().length(),
        training.discriminator().values().layout().length());
  }

  /**
   * Steps fit the limit of the settings; without one they fit what was free before.
   *
   * @param free empty if that does not count
   */
  private void requireMemory(RunSettings wanted, StepPlan plan, Optional<FreeMemory> free)
      throws RunException {
    long limit = MicroBatchChoice.limit(wanted);
    if (limit > 0) {
      require(wanted, plan, limit, "compute.memory-mb is " + wanted.compute().memoryMb());
    } else if (free.isPresent()) {
      long others =
          MicroBatchChoice.others(wanted, spec, plan.generatorLength(), plan.discriminatorLength());
      require(
          wanted,
          plan,
          Math.max(0, free.get().bytes() - others),
          "of %d MiB that are free (%s) networks and batches take %d"
              .formatted(free.get().bytes() >> 20, free.get().by(), others >> 20));
    }
  }

  private void require(RunSettings wanted, StepPlan plan, long bytes, String limit)
      throws RunException {
    if (plan.resultBytes() <= bytes) {
      return;
    }
    TrainingSettings steps = wanted.training();
    boolean whole = steps.imagesAtOnce() == steps.batch();
    throw new RunException(
        "a step with training.batch = %d%s plans %d MiB of intermediate results, and %s; %schoose a smaller batch or smaller networks"
            .formatted(
                steps.batch(),
                whole ? "" : " and training.micro-batch = " + steps.microBatch(),
                plan.resultBytes() >> 20,
                limit,
                choice(wanted)
                    .largest(bytes)
                    .map("training.micro-batch = %d would fit; or "::formatted)
                    .orElse("")));
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      present.close();
    }
  }
}
