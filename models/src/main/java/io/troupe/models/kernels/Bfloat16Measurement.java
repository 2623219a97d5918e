package io.troupe.models.kernels;

import io.troupe.models.kernels.Bfloat16Choice.Use;
import io.troupe.models.kernels.ConvolutionTimes.Times;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;

/**
 * Measures which algorithm computes a run's convolutions fastest on this processor. It takes a few
 * seconds the first time; the times are kept in a file, for each processor, version of oneDNN,
 * number of threads and shape.
 */
public final class Bfloat16Measurement implements AutoCloseable {
  /** Large pictures are measured a few at a time, which takes as long for each of them. */
  private static final long MOST_MULTIPLICATIONS = 2_000_000_000L;

  private static final long FEWEST_PICTURES = 8;
  private static final int FEWEST_ROUNDS = 4;
  private static final int MOST_ROUNDS = 12;
  private static final long MOST_NANOSECONDS = 250_000_000L;

  /** The two shortest times of a kernel differ by less, unless other programs disturb it. */
  private static final double STEADY = 1.1;

  private static final long WARM_UP_NANOSECONDS = 400_000_000L;
  private static final int TWO_ONES = 0x3f803f80;
  private static final int CACHE_LINE_BYTES = 64;

  private BytePointer memory = new BytePointer(CACHE_LINE_BYTES);
  private long taken;

  private boolean warm;

  private Bfloat16Measurement() {}

  /**
   * A pass of a convolution that a run computes.
   *
   * @param times how often an iteration computes it
   */
  public record Work(
      ConvolutionPass pass, ConvolutionShape shape, boolean roundsResult, int times) {
    private Use use() {
      return new Use(pass, shape, roundsResult);
    }

    private String key() {
      return pictures() + " " + use().text();
    }

    /** As many as are measured. */
    private long pictures() {
      long one = shape.withBatch(1).multiplications();
      return Math.min(shape.batch(), Math.max(FEWEST_PICTURES, MOST_MULTIPLICATIONS / one));
    }
  }

  /**
   * What was found out.
   *
   * @param choice the fastest algorithm of each pass
   * @param float32Milliseconds of all convolutions in float32
   * @param mixedMilliseconds of all by the choice
   * @param measured how many passes were measured now; the file knew the others
   * @param problem why not all times are kept in the file: an error, or other programs that
   *     disturbed measurements
   */
  public record Result(
      Bfloat16Choice choice,
      double float32Milliseconds,
      double mixedMilliseconds,
      int measured,
      Optional<String> problem) {}

  /**
   * What was measured.
   *
   * @param steady whether no other program seems to have disturbed it
   */
  record Sample(Times times, boolean steady) {}

  /**
   * Finds the fastest algorithms.
   *
   * @param works all of an iteration
   * @param file that keeps times; need not exist
   */
  public static Result run(List<Work> works, Path file) {
    try (Bfloat16Measurement measurement = new Bfloat16Measurement()) {
      return run(works, file, measurement::sample);
    }
  }

  /** As {@link #run(List, Path)}, by another stopwatch. */
  static Result run(List<Work> works, Path file, Function<Work, Sample> stopwatch) {
    String threads = ", %d threads".formatted(OpenMp.threads());
    ConvolutionTimes known = new ConvolutionTimes(file, Processor.name() + threads);
    Map<String, Work> unknown = new LinkedHashMap<>();
    for (Work work : works) {
      if (known.find(work.use(), work.pictures()).isEmpty()) {
        unknown.putIfAbsent(work.key(), work);
      }
    }
    Map<String, Times> measured = new HashMap<>();
    Map<String, Work> disturbed = measure(unknown, known, measured, stopwatch);
    // What other programs disturb now they may not a little later.
    disturbed = measure(disturbed, known, measured, stopwatch);
    Map<Use, Bfloat16Algorithm> algorithms = new LinkedHashMap<>();
    double float32 = 0;
    double mixed = 0;
    for (Work work : works) {
      Times times =
          known.find(work.use(), work.pictures()).orElseGet(() -> measured.get(work.key()));
      boolean isNative = times.ofInstructions() < times.portable();
      algorithms.put(work.use(), isNative ? Bfloat16Algorithm.NATIVE : Bfloat16Algorithm.PORTABLE);
      double all = (double) work.times * work.shape.batch() / work.pictures();
      float32 += all * times.float32();
      mixed += all * Math.min(times.ofInstructions(), times.portable());
    }
    Optional<String> problem = unknown.size() == disturbed.size() ? Optional.empty() : write(known);
    if (problem.isEmpty() && !disturbed.isEmpty()) {
      problem =
          Optional.of(
              "other programs disturbed %d of %d measurements"
                  .formatted(disturbed.size(), unknown.size()));
    }
    return new Result(Bfloat16Choice.of(algorithms), float32, mixed, unknown.size(), problem);
  }

  /** Measures works, and returns those that were disturbed. */
  private static Map<String, Work> measure(
      Map<String, Work> works,
      ConvolutionTimes known,
      Map<String, Times> measured,
      Function<Work, Sample> stopwatch) {
    Map<String, Work> disturbed = new LinkedHashMap<>();
    works.forEach(
        (key, work) -> {
          Sample sample = stopwatch.apply(work);
          Times times = measured.merge(key, sample.times(), Times::shorter);
          if (sample.steady()) {
            known.add(work.use(), work.pictures(), times);
          } else {
            disturbed.put(key, work);
          }
        });
    return disturbed;
  }

  private static Optional<String> write(ConvolutionTimes times) {
    try {
      times.write();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /** The JVM compiles loops while they run. */
  private void warmUp() {
    ConvolutionShape shape = new ConvolutionShape(8, 16, 16, 64, 64, 3, 3, 1, 1, 1, 1);
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_UP_NANOSECONDS) {
      for (ConvolutionPass pass : ConvolutionPass.values()) {
        measure(new Work(pass, shape, pass != ConvolutionPass.WEIGHT_GRADIENT, 1));
      }
    }
  }

  private Sample sample(Work work) {
    if (!warm) {
      warm = true;
      warmUp();
    }
    return measure(work);
  }

  private Sample measure(Work work) {
    ConvolutionShape shape = work.shape.withBatch(work.pictures());
    List<Optional<Bfloat16Algorithm>> candidates = new ArrayList<>();
    candidates.add(Optional.empty());
    candidates.add(Optional.of(Bfloat16Algorithm.PORTABLE));
    if (Processor.bfloat16() != Bfloat16Support.NONE) {
      candidates.add(Optional.of(Bfloat16Algorithm.NATIVE));
    }
    List<Kernel> kernels = new ArrayList<>();
    double[] best = new double[3];
    double[] second = new double[3];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    Arrays.fill(second, Double.POSITIVE_INFINITY);
    boolean steady = false;
    try {
      provide(work, shape, candidates);
      for (Optional<Bfloat16Algorithm> candidate : candidates) {
        kernels.add(kernel(work, shape, candidate));
      }
      long start = System.nanoTime();
      for (int round = 0; round < MOST_ROUNDS; round++) {
        for (int i = 0; i < kernels.size(); i++) {
          double milliseconds = milliseconds(kernels.get(i));
          second[i] = Math.min(second[i], Math.max(best[i], milliseconds));
          best[i] = Math.min(best[i], milliseconds);
        }
        steady = round + 1 >= FEWEST_ROUNDS && areSteady(best, second, kernels.size());
        if (steady || System.nanoTime() - start > MOST_NANOSECONDS) {
          break;
        }
      }
    } finally {
      kernels.forEach(Kernel::close);
    }
    return new Sample(new Times(best[0], best[1], best[2]), steady);
  }

  private static double milliseconds(Kernel kernel) {
    long start = System.nanoTime();
    kernel.run();
    return (System.nanoTime() - start) * 1e-6;
  }

  private static boolean areSteady(double[] best, double[] second, int count) {
    for (int i = 0; i < count; i++) {
      if (second[i] > STEADY * best[i]) {
        return false;
      }
    }
    return true;
  }

  /** All candidates share operands, result and scratch memory, as the largest needs them. */
  private void provide(
      Work work, ConvolutionShape shape, List<Optional<Bfloat16Algorithm>> candidates) {
    long scratch =
        candidates.stream().mapToLong(candidate -> scratch(work, shape, candidate)).max().orElse(0);
    long floats = shape.inputLength() + shape.weightLength() + shape.outputLength() + scratch;
    long bytes = (floats + 5L * CACHE_LINE_BYTES) * Float.BYTES;
    if (memory.capacity() < bytes) {
      memory.close();
      memory = new BytePointer(bytes);
    }
    // Numbers of ordinary size, of either type.
    long operands = shape.inputLength() + shape.weightLength() + shape.outputLength();
    IntBuffer numbers = new FloatMemory(aligned(), operands).bytes().asIntBuffer();
    for (int i = 0; i < numbers.capacity(); i++) {
      numbers.put(i, TWO_ONES);
    }
  }

  private static long scratch(
      Work work, ConvolutionShape shape, Optional<Bfloat16Algorithm> candidate) {
    return candidate.isPresent()
        ? Bfloat16Convolutions.scratch(
            candidate.get(), work.pass, shape, false, false, work.roundsResult)
        : Convolutions.scratch(work.pass, shape, false, false);
  }

  private Kernel kernel(Work work, ConvolutionShape shape, Optional<Bfloat16Algorithm> candidate) {
    taken = 0;
    boolean rounds = candidate.isPresent();
    boolean roundsResult = rounds && work.roundsResult;
    ArrayMemory input =
        next(
            shape.inputLength(),
            work.pass == ConvolutionPass.INPUT_GRADIENT ? roundsResult : rounds);
    FloatMemory weights = (FloatMemory) next(shape.weightLength(), false);
    ArrayMemory output =
        next(shape.outputLength(), work.pass == ConvolutionPass.FORWARD ? roundsResult : rounds);
    List<ArrayMemory> operands =
        switch (work.pass) {
          case FORWARD -> List.of(input, weights);
          case INPUT_GRADIENT -> List.of(weights, output);
          case WEIGHT_GRADIENT -> List.of(input, output);
        };
    ArrayMemory result =
        switch (work.pass) {
          case FORWARD -> output;
          case INPUT_GRADIENT -> input;
          case WEIGHT_GRADIENT -> weights;
        };
    FloatMemory scratch = (FloatMemory) next(scratch(work, shape, candidate), false);
    if (candidate.isPresent()) {
      return Bfloat16Convolutions.kernel(
          candidate.get(), work.pass, shape, false, operands, result, scratch);
    }
    return Convolutions.kernel(
        work.pass,
        shape,
        false,
        operands.stream().map(FloatMemory.class::cast).toList(),
        (FloatMemory) result,
        scratch);
  }

  private long aligned() {
    return (memory.address() + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
  }

  /** Memory for as many floats. */
  private ArrayMemory next(long length, boolean rounded) {
    long address = aligned() + taken;
    taken += (length * Float.BYTES + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
    return rounded ? new Bfloat16Memory(address, length) : new FloatMemory(address, length);
  }

  @Override
  public void close() {
    memory.close();
  }
}
