package io.troupe.torch;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Engine;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Compares the engine torch on a device with the native engine, operation by operation and program
 * by program, and times training steps; writes a report as it goes. What fails is reported, and the
 * rest goes on.
 *
 * <p>Arguments: {@code --device cpu|cuda|cuda:N} (cpu), {@code --steps N} timed iterations of each
 * preset (30; 0 is none), {@code --out FILE} besides standard output, {@code --presets A,B} (all),
 * {@code --threads N} on the CPU (ATen's choice), {@code --tf32} for the timed iterations, {@code
 * --only-time} without comparisons.
 */
public final class TorchCheck {
  private static final int CLASSES = 20;
  private static final double OPERATION_BOUND = 1e-5;
  private static final double LOSS_BOUND = 1e-4;
  private static final double GRADIENT_BOUND = 1e-3;

  private final String device;
  private final int threads;
  private final int steps;
  private final boolean tf32;
  private final boolean onlyTime;
  private final List<String> presets;
  private final List<PrintStream> outs;
  private int failures;

  private TorchCheck(Map<String, String> options, List<PrintStream> outs) {
    device = options.getOrDefault("--device", "cpu");
    threads = Integer.parseInt(options.getOrDefault("--threads", "0"));
    steps = Integer.parseInt(options.getOrDefault("--steps", "30"));
    tf32 = options.containsKey("--tf32");
    onlyTime = options.containsKey("--only-time");
    presets =
        options.containsKey("--presets")
            ? List.of(options.get("--presets").split(",", -1))
            : SettingsLoader.presets().stream().map(p -> p.name()).toList();
    this.outs = outs;
  }

  /** Runs; the exit code is 1 if something failed. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < arguments.length; i++) {
      boolean flag = arguments[i].equals("--tf32") || arguments[i].equals("--only-time");
      options.put(arguments[i], flag ? "" : arguments[++i]);
    }
    List<PrintStream> outs = new ArrayList<>(List.of(System.out));
    if (options.containsKey("--out")) {
      outs.add(new PrintStream(Path.of(options.get("--out")).toFile(), StandardCharsets.UTF_8));
    }
    TorchCheck check = new TorchCheck(options, outs);
    check.run();
    outs.forEach(PrintStream::flush);
    System.exit(check.failures == 0 ? 0 : 1);
  }

  private void say(String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values);
    for (PrintStream out : outs) {
      out.println(line);
      out.flush();
    }
  }

  private interface Part {
    void run();
  }

  private void part(String name, Part part) {
    try {
      part.run();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      failures++;
      String message = String.valueOf(e.getMessage());
      say(
          "| %s | FAILED: %s |",
          name, message.substring(0, Math.min(600, message.length())).replace("\n", " "));
    }
  }

  private void run() {
    Loader.load(torch.class);
    if (threads > 0) {
      torch.set_num_threads(threads);
    }
    say("# The engine torch on %s", device);
    say("");
    say(
        "%s, Java %s, %d processors, threads %s; CUDA %s",
        System.getProperty("os.name"),
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors(),
        threads == 0 ? "of ATen's choice (" + torch.get_num_threads() + ")" : threads,
        torch.cuda_is_available() ? "found" : "not found");
    TorchEngine engine = new TorchEngine(device);
    if (!onlyTime) {
      compare(engine);
    }
    if (steps > 0) {
      torch.globalContext().setAllowTF32CuDNN(tf32);
      torch.globalContext().setAllowTF32CuBLAS(tf32);
      say("");
      say("## Iterations at full size, TF32 %s", tf32 ? "on" : "off");
      say("");
      say(
          "| preset | ms an iteration: median | least | real images/s | MB crossed an iteration | MB planned | compile s | last losses |");
      say("|---|---:|---:|---:|---:|---:|---:|---|");
      for (String preset : presets) {
        part(preset, () -> time(engine, preset));
      }
    }
    say("");
    say(failures == 0 ? "All passed." : failures + " failed.");
  }

  private void compare(TorchEngine engine) {
    Map<String, FlatGraph.Step> operations = new TreeMap<>();
    say("");
    say(
        "## Programs of small networks: the native engine against torch on %s, 3 iterations",
        device);
    say("");
    say(
        "| preset | runs compared | outputs | losses, at most %.0e | whole gradient, at most %.0e | one tensor's gradient | others | losses of a training of its own | |",
        LOSS_BOUND, GRADIENT_BOUND);
    say("|---|---:|---:|---:|---:|---|---:|---:|---|");
    List<GanTraining> open = new ArrayList<>();
    for (String preset : presets) {
      part(
          preset,
          () -> {
            ProgramCheck check = new ProgramCheck(Engine.named("native").on("cpu"), engine);
            RunSettings settings = Iterations.small(preset);
            GanTraining training =
                new GanTraining(settings, Iterations.spec(settings, CLASSES), check);
            open.add(training);
            check.operations().forEach(operations::putIfAbsent);
            Iterations iterations = new Iterations(settings, training, CLASSES);
            List<StepResult> expected =
                List.of(iterations.next(), iterations.next(), iterations.next());
            double alone = alone(engine, settings, expected);
            double losses = check.worst().getOrDefault("losses", Double.NaN);
            double gradient = check.worst().getOrDefault("gradient", Double.NaN);
            boolean passed =
                losses <= LOSS_BOUND && gradient <= GRADIENT_BOUND;
            failures += passed ? 0 : 1;
            say(
                "| %s | %d | %d | %.1e | %.1e | %.1e: %s | %.1e | %.1e | %s |",
                preset,
                check.runs(),
                check.outputs(),
                losses,
                gradient,
                check.worst().getOrDefault("one gradient", Double.NaN),
                check.worstGradient(),
                check.worst().getOrDefault("others", Double.NaN),
                alone,
                passed ? "passed" : "FAILED");
          });
    }
    say("");
    say("## Operations: ND4J's own against torch on %s, random numbers", device);
    say("");
    Map<String, double[]> kinds = new TreeMap<>();
    operations.forEach(
        (signature, step) ->
            part(
                signature,
                () -> {
                  double difference = OperationCheck.run(engine, step);
                  double[] found = kinds.computeIfAbsent(step.kind(), k -> new double[2]);
                  found[0]++;
                  found[1] = Math.max(found[1], difference);
                  if (!(difference <= OPERATION_BOUND)) {
                    failures++;
                    say("%.1e FAILED: %s", difference, signature);
                  }
                }));
    say("");
    say("| operation | variants | largest difference, of the largest number |");
    say("|---|---:|---:|");
    kinds.forEach((kind, found) -> say("| %s | %.0f | %.1e |", kind, found[0], found[1]));
    open.forEach(GanTraining::close);
  }

  /**
   * How far the losses and penalties of iterations by the engine alone, its Adam among them, are
   * from what they should be, at most; losses as a share of 1 at least, as logits of both signs may
   * cancel.
   */
  static double alone(TorchEngine engine, RunSettings settings, List<StepResult> expected) {
    try (GanTraining training =
        new GanTraining(settings, Iterations.spec(settings, CLASSES), engine)) {
      Iterations iterations = new Iterations(settings, training, CLASSES);
      double worst = 0;
      for (StepResult wanted : expected) {
        StepResult found = iterations.next();
        worst = Math.max(worst, distance(wanted.discriminatorLoss(), found.discriminatorLoss()));
        worst = Math.max(worst, distance(wanted.generatorLoss(), found.generatorLoss()));
        for (String penalty : wanted.penalties().keySet()) {
          double value = wanted.penalty(penalty);
          worst = Math.max(worst, Math.abs(found.penalty(penalty) - value) / Math.abs(value));
        }
      }
      return worst;
    }
  }

  private static double distance(double expected, double found) {
    return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  }

  private void time(TorchEngine engine, String preset) {
    RunSettings settings = Iterations.full(preset);
    long start = System.nanoTime();
    try (GanTraining training =
        new GanTraining(settings, Iterations.spec(settings, CLASSES), engine)) {
      double compile = (System.nanoTime() - start) * 1e-9;
      Iterations iterations = new Iterations(settings, training, CLASSES);
      StepResult last = iterations.next();
      double[] seconds = new double[steps];
      long crossed = engine.crossedBytes();
      for (int i = 0; i < steps; i++) {
        long begin = System.nanoTime();
        last = iterations.next();
        seconds[i] = (System.nanoTime() - begin) * 1e-9;
      }
      crossed = engine.crossedBytes() - crossed;
      Arrays.sort(seconds);
      double median = seconds[steps / 2];
      say(
          "| %s | %.1f | %.1f | %.0f | %.2f | %.0f | %.1f | D %.4f G %.4f |",
          preset,
          median * 1e3,
          seconds[0] * 1e3,
          iterations.images() / median,
          crossed * 1e-6 / steps,
          training.plannedBytes() * 1e-6,
          compile,
          last.discriminatorLoss(),
          last.generatorLoss());
    }
  }
}
