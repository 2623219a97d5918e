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

  /** Bfloat16's unit roundoff: half of what the last bit of a number may be of it. */
  static final double MIXED_OPERATION_BOUND = 0x1p-8;

  private static final double SIGMAS = 4;

  /** Of each program, and of a training of its own. */
  static final int ITERATIONS = 3;

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
    TorchLibrary.load();
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
    say(
        "Largest differences, of the largest number. In bfloat16 twice as much is allowed of a convolution with a bias on a GPU, whose result is rounded before the bias is added and after.");
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
        "## Programs of small networks: the native engine against torch on %s, %d iterations",
        device, ITERATIONS);
    say("");
    say(
        "| preset | runs compared | outputs | losses, at most %.0e | whole gradient, at most %.0e | one tensor's gradient | others | a training of its own, losses and gradients: from native's | from double's | native's from double's | |",
        LOSS_BOUND, GRADIENT_BOUND);
    say("|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---|");
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
            for (int i = 0; i < ITERATIONS; i++) {
              iterations.next();
            }
            Trained expected =
                Iterations.trained(settings, Engine.named("native").on("cpu"), ITERATIONS);
            Trained found = Iterations.trained(settings, engine, ITERATIONS);
            Trained exact = Iterations.trained(settings, TorchEngine.inDouble(), ITERATIONS);
            say(
                "| %s | %d | %d | %.1e | %.1e | %.1e: %s | %.1e | %.1e, %.1e | %.1e, %.1e | %.1e, %.1e | %s |",
                preset,
                check.runs(),
                check.outputs(),
                check.worst("losses"),
                check.worst("gradient"),
                check.worst("one gradient"),
                check.worstGradient(),
                check.worst("others"),
                expected.losses(found),
                expected.gradients(found),
                exact.losses(found),
                exact.gradients(found),
                exact.losses(expected),
                exact.gradients(expected),
                passed(
                    check.worst("losses") <= LOSS_BOUND
                        && check.worst("gradient") <= GRADIENT_BOUND));
          });
    }
    say("");
    say(
        "A training of its own is not judged: where rounding takes a rectifier's input across zero, its gradients jump (docs/gpu.md, \"Where rounding decides\").");
  }

  private void mixedPrograms(TorchEngine engine) {
    say("");
    say(
        "## The same in mixed precision: how far torch's and native's are from native's in float32");
    say("");
    say(
        "| preset | losses: roundings | at most | found | native's | whole gradient: roundings | at most | found | native's | |");
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|");
    for (String preset : presets) {
      part(
          preset,
          () -> {
            ProgramCheck check = mixed(preset, engine);
            ProgramCheck other = mixed(preset, Engine.named("native").on("cpu"));
            say(
                "| %s | %d | %.1e | %.1e | %.1e | %d | %.1e | %.1e | %.1e | %s |",
                preset,
                check.roundings("losses"),
                mixedLossBound(check),
                check.worst("losses"),
                other.worst("losses"),
                check.roundings("gradient"),
                mixedGradientBound(check, other),
                check.worst("gradient"),
                other.worst("gradient"),
                passed(
                    check.worst("losses") <= mixedLossBound(check)
                        && check.worst("gradient") <= mixedGradientBound(check, other)));
          });
    }
  }

  /**
   * How far losses in mixed precision may be from those in float32: 4 √r unit roundoffs, where r is
   * how often a number is rounded on its way. Roundings that are independent add up to more once in
   * 1,500 times (Higham and Mary, "A new approach to probabilistic rounding error analysis", 2019,
   * theorem 2.4: 2 exp(-4²/2)).
   */
  static double mixedLossBound(ProgramCheck check) {
    return SIGMAS * Math.sqrt(check.roundings("losses")) * MIXED_OPERATION_BOUND;
  }

  /**
   * How far gradients may be, whose errors networks enlarge. By how much, the native engine's tell:
   * it rounds once at least for each convolution and product, and errors that are independent grow
   * with the root of how many they are.
   *
   * @param other the native engine's
   */
  static double mixedGradientBound(ProgramCheck check, ProgramCheck other) {
    return Math.sqrt((double) check.roundings("gradient") / check.products())
        * other.worst("gradient");
  }

  /**
   * How far an engine's small programs in mixed precision are from the native engine's in float32.
   */
  static ProgramCheck mixed(String preset, ProgramCompiler engine) {
    ProgramCheck check =
        new ProgramCheck(ProgramCheck.inFloat32(Engine.named("native").on("cpu")), engine);
    Iterations.trained(Iterations.mixed(Iterations.small(preset)), check, ITERATIONS);
    return check;
  }

  private void operation(TorchEngine engine, FlatGraph.Step step, Map<String, double[]> kinds) {
    double[] found = kinds.computeIfAbsent(step.kind(), k -> new double[3]);
    found[0]++;
    for (boolean mixed : new boolean[] {false, true}) {
      double difference = OperationCheck.run(engine, step, mixed);
      int column = mixed ? 2 : 1;
      found[column] = Math.max(found[column], difference);
      double bound = mixed ? OperationCheck.mixedBound(engine, step) : OPERATION_BOUND;
      if (!(difference <= bound)) {
        failures++;
        say("%.1e FAILED%s: %s", difference, mixed ? " of bfloat16" : "", step.signature());
      }
    }
  }

  private String passed(boolean passed) {
    failures += passed ? 0 : 1;
    return passed ? "passed" : "FAILED";
  }

  private void time(TorchEngine engine, String name, RunSettings settings) {
    long start = System.nanoTime();
    try (GanTraining training = new GanTraining(settings, Iterations.spec(settings), engine)) {
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
