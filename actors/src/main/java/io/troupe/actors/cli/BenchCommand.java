package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.bench.Measurement;
import io.troupe.actors.bench.Workload;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.compile.SameDiffProgram;
import io.troupe.models.graph.ProgramCompiler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast training computes on this machine. */
@Command(
    name = "bench",
    description = {
      "Measures how fast training computes on this machine.",
      "scripts/bench/compare does the same side by side with other programs."
    },
    footer = {"  troupe bench", "  troupe bench --workload dnet --iterations 20 --json"})
final class BenchCommand implements Callable<Integer> {
  private enum Engine {
    compiled,
    samediff;

    ProgramCompiler compiler() {
      return this == compiled ? CompiledGraph::compile : SameDiffProgram::compile;
    }
  }

  /** For help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Workload.NAMES.iterator();
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--workload",
      paramLabel = "WORKLOAD",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}; may be given several times. Default: all.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "compiled",
      description = {
        "What runs the graphs: compiled, which is what training uses, or samediff, ND4J's own",
        "execution. Default: ${DEFAULT-VALUE}."
      })
  private Engine engine;

  @Option(
      names = "--iterations",
      paramLabel = "COUNT",
      defaultValue = "10",
      description = "Measured iterations. Default: ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--warm-up",
      paramLabel = "COUNT",
      defaultValue = "5",
      description = "Iterations before those that are measured. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(names = "--json", description = "Print one JSON object a workload and line.")
  private boolean json;

  @Option(
      names = "--lockstep",
      description = {
        "For comparisons: print \"ready\", run one iteration for each line on standard input, and",
        "print its milliseconds. Needs one --workload."
      })
  private boolean lockstep;

  @Override
  public Integer call() throws IOException {
    for (String name : workloads) {
      if (!Workload.NAMES.contains(name)) {
        throw wrong("unknown workload \"%s\"; allowed: %s".formatted(name, Workload.NAMES));
      }
    }
    if (iterations < 1 || warmUp < 0) {
      throw wrong("--iterations must be at least 1 and --warm-up at least 0");
    }
    // SameDiff prints notes of its own to the standard output.
    PrintStream screen = System.out;
    System.setOut(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      if (lockstep) {
        serve(screen);
      } else {
        measure(spec.commandLine().getOut());
      }
    } finally {
      System.setOut(screen);
    }
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void measure(PrintWriter screen) throws JsonProcessingException {
    if (!json) {
      screen.println(
          "workload    precision  iterations  median ms   p95 ms  images/s  planned MB  overhead");
      screen.flush();
    }
    for (String name : workloads.isEmpty() ? Workload.NAMES : workloads) {
      Measurement measured =
          Measurement.of(name, engine.name(), engine.compiler(), warmUp, iterations);
      screen.println(json ? new ObjectMapper().writeValueAsString(measured) : row(measured));
      screen.flush();
    }
  }

  private static String row(Measurement m) {
    return String.format(
        Locale.ROOT,
        "%-10s  %9s  %10d  %9.1f  %7.1f  %8.1f  %10.1f  %7.2f%%",
        m.workload(),
        m.precision(),
        m.iterations(),
        m.medianMs(),
        m.p95Ms(),
        m.imagesPerSecond(),
        m.plannedMb(),
        100 * m.overheadShare());
  }

  private void serve(PrintStream screen) throws IOException {
    if (workloads.size() != 1) {
      throw wrong("--lockstep needs exactly one --workload");
    }
    try (Workload work = Workload.of(workloads.get(0), engine.compiler())) {
      screen.println("ready");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (lines.readLine() != null) {
        long start = System.nanoTime();
        work.iterate();
        screen.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - start) * 1e-6);
      }
    }
  }
}
