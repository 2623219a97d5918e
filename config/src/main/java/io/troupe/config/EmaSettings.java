package io.troupe.config;

/**
 * The exponential moving average of the generator.
 *
 * @param decay per step, unless there is a half-life
 * @param startStep before this step the average is a plain copy
 * @param halfLife in images; 0 uses {@code decay}
 * @param ramp the half-life is at most this share of the images so far; 0 is no limit
 * @param burnIn so many images of training the half-life rises from 0 by half a cosine
 */
public record EmaSettings(
    double decay,
    long startStep,
    long halfLife,
    double ramp,
    RampPictures rampPictures,
    AverageStates states,
    long burnIn) {
  /** An average of parameters and states alike, whose ramp counts the step's images. */
  public EmaSettings(double decay, long startStep, long halfLife, double ramp) {
    this(decay, startStep, halfLife, ramp, RampPictures.WITH_STEP, AverageStates.AVERAGED, 0);
  }

  /**
   * The decay in a step: which share of the old average it keeps.
   *
   * @param step from 1
   * @param batch images of a generator step
   */
  public double decayAt(long step, int batch) {
    if (halfLife == 0) {
      return decay;
    }
    long counted = rampPictures == RampPictures.BEFORE_STEP ? step - 1 : step;
    double before = (double) (step - 1) * batch;
    double risen = halfLife * TrainingSettings.BurnIn.progress(before, burnIn);
    double life = ramp == 0 ? risen : Math.min(risen, (double) counted * batch * ramp);
    // Before there are images nothing of the old average is kept: 0.5 to the power of infinity.
    return Math.pow(0.5, batch / life);
  }

  /** What the average of the generator does with states, such as StyleGAN2's mean style. */
  public enum AverageStates {
    /** They are averaged like parameters. */
    AVERAGED,
    /** They are copied from the newest generator. */
    COPIED
  }

  /** Which images a ramp of the average counts. */
  public enum RampPictures {
    /** Those up to and including the step. */
    WITH_STEP,
    /** Those before the step. */
    BEFORE_STEP
  }
}
