package io.troupe.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Runs one workload in turn with other programs, for {@code scripts/bench/compare}: prints "ready",
 * and for each line on standard input runs one iteration and prints its milliseconds.
 */
public final class Lockstep {
  private Lockstep() {}

  /** Takes the name of a workload, such as biggan-64, and of an engine. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "give a workload and an engine, not " + List.of(arguments));
    }
    Workload work = workload(arguments[0], arguments[1]);
    // SameDiff prints notes of its own to the standard output.
    PrintStream screen = System.out;
    System.setOut(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    work.open();
    screen.println("ready");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (lines.readLine() != null) {
      long start = System.nanoTime();
      work.iterate();
      screen.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - start) * 1e-6);
    }
    work.close();
  }

  private static Workload workload(String name, String engine) {
    return switch (name) {
      case "dnet" -> on(engine, new DNet());
      case "biggan-64" -> on(engine, bigGan(64));
      case "biggan-256" -> on(engine, bigGan(256));
      case "r3gan-96" -> on(engine, r3Gan(96));
      case "stylegan2-32" -> on(engine, styleGan2(32, 0));
      case "stylegan2-32-ada" -> on(engine, styleGan2(32, 1));
      case "inception" -> on(engine, new InceptionBatch());
      case "fid" -> new FrechetComputation();
      case "fid-cached" -> {
        FrechetComputation distance = new FrechetComputation();
        distance.cached = true;
        yield distance;
      }
      default -> throw new IllegalArgumentException("no workload " + name);
    };
  }

  private static GraphWorkload on(String engine, GraphWorkload workload) {
    workload.engine = engine;
    workload.device = "cpu";
    return workload;
  }

  private static R3GanIteration r3Gan(int channels) {
    R3GanIteration iteration = new R3GanIteration();
    iteration.channels = channels;
    return iteration;
  }

  private static StyleGan2Iterations styleGan2(int channels, int augmentation) {
    StyleGan2Iterations iterations = new StyleGan2Iterations();
    iterations.channels = channels;
    iterations.augmentation = augmentation;
    return iterations;
  }

  private static BigGanIteration bigGan(int channels) {
    BigGanIteration iteration = new BigGanIteration();
    iteration.channels = channels;
    return iteration;
  }
}
