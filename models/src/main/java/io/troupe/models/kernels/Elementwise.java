package io.troupe.models.kernels;

import java.util.List;

/**
 * A computation that treats every element of channels-last arrays alike, and sums over them.
 *
 * <p>Its values are numbered: first the operands, then the results of the steps, in order.
 *
 * @param pictures size of the first axis
 * @param pixels product of the axes between the first and the last
 * @param channels size of the last axis
 * @param operands how each operand is spread over the elements
 * @param steps in the order of running
 * @param stores values that are written out as they are
 * @param sums values that are summed
 */
public record Elementwise(
    int pictures,
    int pixels,
    int channels,
    List<Spread> operands,
    List<Step> steps,
    List<Integer> stores,
    List<Sum> sums) {

  /** How a smaller array is repeated, or what is summed over. */
  public enum Spread {
    /** One number for each element. */
    FULL,
    /** [pictures, 1, .., 1, channels]. */
    PICTURE,
    /** [channels]. */
    CHANNEL,
    /** One number. */
    SCALAR
  }

  /** What is done with each element. */
  public enum Operator {
    ADD,
    SUBTRACT,
    MULTIPLY,
    /** max(a, 0). */
    RELU,
    /** 1 where a is positive, else 0. */
    STEP,
    /** a where it is positive, else a times the constant, which is in [0, 1]. */
    LEAKY_RELU,
    /** b where a is positive, else b times the constant, which is in [0, 1]. */
    LEAKY_RELU_GRADIENT,
    /** a times the constant. */
    SCALE,
    /** a plus the constant. */
    SHIFT
  }

  /**
   * One step.
   *
   * @param a a value's number
   * @param b a value's number; of no meaning to operators of one value
   */
  public record Step(Operator operator, int a, int b, float constant) {}

  /**
   * A sum of a value.
   *
   * @param value a value's number
   * @param kept what the sum keeps: a sum for each picture and channel, each channel, or in all
   * @param factor by which the sum is multiplied
   */
  public record Sum(int value, Spread kept, float factor) {}

  /** Copies the lists. */
  public Elementwise {
    operands = List.copyOf(operands);
    steps = List.copyOf(steps);
    stores = List.copyOf(stores);
    sums = List.copyOf(sums);
  }

  /** Elements of a full array. */
  public long length() {
    return (long) pictures * pixels * channels;
  }
}
