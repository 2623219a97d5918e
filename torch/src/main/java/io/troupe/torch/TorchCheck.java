package io.troupe.torch;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Engine;
import io.troupe.models.graph.ProgramCompiler;
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
  static final double OPERATION_BOUND = 1e-5;
  static final double LOSS_BOUND = 1e-4;
  static final double GRADIENT_BOUND = 1e-3;

  /** Half of what the last bit of a bfloat16 number may be of it. */
  static final double MIXED_OPERATION_BOUND = 0x1p-8;

  /** Of losses and penalties in mixed precision from those in float32. */
  static final double MIXED_LOSS_BOUND = 0.05;

  /**
   * How many times as far from float32's as the native engine's gradient in mixed precision, which
   * rounds less often.
   */
  static final double MIXED_GRADIENT_FACTOR = 2;

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
    TorchEngine engine = new TorchEngine(device, false);
    if (!onlyTime) {
      compare(engine);
    }
    if (steps > 0) {
      TorchEngine timed = new TorchEngine(device, tf32);
      say("");
      say("## Iterations at full size, TF32 %s", tf32 ? "on" : "off");
      say("");
      say(
          "| preset | ms an iteration: median | least | real images/s | MB crossed an iteration | MB planned | compile s | last losses |");
      say("|---|---:|---:|---:|---:|---:|---:|---|");
      for (String preset : presets) {
        part(preset, () -> time(timed, preset, Iterations.full(preset)));
        part(
            preset,
            () -> time(timed, preset + ", mixed", Iterations.mixed(Iterations.full(preset))));
      }
    }
    say("");
    say(failures == 0 ? "All passed." : failures + " failed.");
  }

  private void compare(TorchEngine engine) {
    Map<String, FlatGraph.Step> operations = new TreeMap<>();
    List<GanTraining> open = new ArrayList<>();
    programs(engine, operations, open);
    mixedPrograms(engine);
    say("");
    say("## Operations: ND4J's own against torch on %s, random numbers", device);
    say("");
    Map<String, double[]> kinds = new TreeMap<>();
    operations.forEach((signature, step) -> part(signature, () -> operation(engine, step, kinds)));
    say("");
    say("Largest differences, of the largest number.");
    say("");
    say(
        "| operation | variants | float32, at most %.0e | bfloat16, at most %.1e |",
        OPERATION_BOUND, MIXED_OPERATION_BOUND);
    say("|---|---:|---:|---:|");
    kinds.forEach(
        (kind, found) -> say("| %s | %.0f | %.1e | %.1e |", kind, found[0], found[1], found[2]));
    open.forEach(GanTraining::close);
  }

  private void programs(
      TorchEngine engine, Map<String, FlatGraph.Step> operations, List<GanTraining> open) {
    say("");
    say(
        "## Programs of small networks: the native engine against torch on %s, 3 iterations",
        device);
    say("");
    say(
        "| preset | runs compared | outputs | losses, at most %.0e | whole gradient, at most %.0e | one tensor's gradient | others | losses of a training of its own, from double's | native's from double's | |",
        LOSS_BOUND, GRADIENT_BOUND);
    say("|---|---:|---:|---:|---:|---|---:|---:|---:|---|");
    for (String preset : presets) {
      part(
          preset,
          () -> {
            ProgramCheck check = new ProgramCheck(Engine.named("native").on("cpu"), engine);
            RunSettings settings = Iterations.small(preset);
            GanTraining training = new GanTraining(settings, Iterations.spec(settings), check);
            open.add(training);
            check.operations().forEach(operations::putIfAbsent);
            Iterations iterations = new Iterations(settings, training);
            List<StepResult> expected =
                List.of(iterations.next(), iterations.next(), iterations.next());
            List<StepResult> exact =
                Iterations.results(settings, TorchEngine.inDouble(), expected.size());
            double alone =
                distance(exact, Iterations.results(settings, engine, expected.size()));
            say(
                "| %s | %d | %d | %.1e | %.1e | %.1e: %s | %.1e | %.1e | %.1e | %s |",
                preset,
                check.runs(),
                check.outputs(),
                check.worst("losses"),
                check.worst("gradient"),
                check.worst("one gradient"),
                check.worstGradient(),
                check.worst("others"),
                alone,
                distance(exact, expected),
                passed(
                    check.worst("losses") <= LOSS_BOUND
                        && check.worst("gradient") <= GRADIENT_BOUND));
          });
    }
  }

  private void mixedPrograms(TorchEngine engine) {
    say("");
    say("## The same in mixed precision: how far torch's and native's are from native's in float32");
    say("");
    say(
        "| preset | losses, at most %.2f | native's | whole gradient, at most %.0f times native's | native's | |",
        MIXED_LOSS_BOUND, MIXED_GRADIENT_FACTOR);
    say("|---|---:|---:|---:|---:|---|");
    for (String preset : presets) {
      part(
          preset,
          () -> {
            ProgramCheck check = mixed(preset, engine);
            ProgramCheck other = mixed(preset, Engine.named("native").on("cpu"));
            say(
                "| %s | %.1e | %.1e | %.1e | %.1e | %s |",
                preset,
                check.worst("losses"),
                other.worst("losses"),
                check.worst("gradient"),
                other.worst("gradient"),
                passed(
                    check.worst("losses") <= MIXED_LOSS_BOUND
                        && check.worst("gradient")
                            <= MIXED_GRADIENT_FACTOR * other.worst("gradient")));
          });
    }
  }

  /** How far an engine's small programs in mixed precision are from the native engine's in float32. */
  static ProgramCheck mixed(String preset, ProgramCompiler engine) {
    ProgramCheck check =
        new ProgramCheck(ProgramCheck.inFloat32(Engine.named("native").on("cpu")), engine);
    Iterations.results(Iterations.mixed(Iterations.small(preset)), check, 3);
    return check;
  }

  private void operation(TorchEngine engine, FlatGraph.Step step, Map<String, double[]> kinds) {
    double[] found = kinds.computeIfAbsent(step.kind(), k -> new double[3]);
    found[0]++;
    for (boolean mixed : new boolean[] {false, true}) {
      double difference = OperationCheck.run(engine, step, mixed);
      int column = mixed ? 2 : 1;
      found[column] = Math.max(found[column], difference);
      if (!(difference <= (mixed ? MIXED_OPERATION_BOUND : OPERATION_BOUND))) {
        failures++;
        say("%.1e FAILED%s: %s", difference, mixed ? " of bfloat16" : "", step.signature());
      }
    }
  }

  private String passed(boolean passed) {
    failures += passed ? 0 : 1;
    return passed ? "passed" : "FAILED";
  }

  /**
   * How far the losses and penalties of iterations are from what they should be, at most; losses as
   * a share of 1 at least, as logits of both signs may cancel.
   */
  static double distance(List<StepResult> expected, List<StepResult> found) {
    double worst = 0;
    for (int i = 0; i < expected.size(); i++) {
      StepResult wanted = expected.get(i);
      StepResult other = found.get(i);
      worst = Math.max(worst, distance(wanted.discriminatorLoss(), other.discriminatorLoss()));
      worst = Math.max(worst, distance(wanted.generatorLoss(), other.generatorLoss()));
      for (String penalty : wanted.penalties().keySet()) {
        double value = wanted.penalty(penalty);
        worst = Math.max(worst, Math.abs(other.penalty(penalty) - value) / Math.abs(value));
      }
    }
    return worst;
  }

  private static double distance(double expected, double found) {
    return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  }

  private void time(TorchEngine engine, String name, RunSettings settings) {
    long start = System.nanoTime();
    try (GanTraining training =
        new GanTraining(settings, Iterations.spec(settings), engine)) {
      double compile = (System.nanoTime() - start) * 1e-9;
      Iterations iterations = new Iterations(settings, training);
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
          name,
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
