package io.troupe.models.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.CustomOp;

/**
 * Every operation of ND4J that a build with the profile {@code cuda} runs is in ND4J's library for
 * CUDA, by the list of what that library defines (see the head of the list).
 */
class CudaOperationsTest {
  private static final String LIST = "cuda-operations.txt";

  /** What the library calls those operations that it has by number and not by name. */
  private static final Map<String, String> BY_NUMBER =
      Map.ofEntries(
          Map.entry("add_scalar", "Add"),
          Map.entry("sub_scalar", "Subtract"),
          Map.entry("mul_scalar", "Multiply"),
          Map.entry("div_scalar", "Divide"),
          Map.entry("rsub_scalar", "ReverseSubtract"),
          Map.entry("rdiv_scalar", "ReverseDivide"),
          Map.entry("max_scalar", "MaxPairwise"),
          Map.entry("scalar_min", "MinPairwise"),
          Map.entry("pow", "Pow"),
          Map.entry("step", "Step"),
          Map.entry("relu", "RELU"),
          Map.entry("leakyrelu", "LeakyRELU"),
          Map.entry("greaterthan_scalar", "GreaterThan"),
          Map.entry("lessthan_scalar", "LessThan"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("rsqrt", "RSqrt"),
          Map.entry("neg", "Neg"),
          Map.entry("abs", "Abs"),
          Map.entry("square", "Square"),
          Map.entry("Reciprocal", "Reciprocal"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("tanh", "Tanh"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("softplus", "SoftPlus"));

  /** Operations whose numbers we write down ourselves, by their names. */
  private static final Pattern NAMED =
      Pattern.compile("(?:DynamicCustomOp\\.builder|\\boperation)\\(\"([a-z0-9_]+)\"\\)");

  private static Set<String> library(String kind) throws IOException {
    try (InputStream in = CudaOperationsTest.class.getResourceAsStream(LIST)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(kind + " "))
          .map(line -> line.substring(kind.length() + 1))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  static Stream<String> presets() {
    return SettingsLoader.presets().stream().map(preset -> preset.name());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void whatStepsRunIsInTheLibrary(String preset) throws IOException {
    RunSettings settings = PlannedGraphTest.small(preset);
    Set<String> byName = library("name");
    Set<String> byNumber = library("number");
    Map<String, DifferentialFunction> found = new HashMap<>();
    ImageSpec spec = ImageSpec.rgb(settings.dataset().size(), 20);
    try (GanTraining training =
        new GanTraining(settings, spec, bindings -> note(bindings, found))) {
      assertThat(training.spec()).isEqualTo(spec);
    }
    assertThat(found).containsKeys("conv2d", "conv2d_bp", "matmul");
    Set<String> missing = new TreeSet<>();
    found.forEach(
        (name, operation) -> {
          boolean there =
              operation instanceof CustomOp
                  ? byName.contains(name)
                  : byNumber.contains(BY_NUMBER.getOrDefault(name, "unknown"));
          if (!there) {
            missing.add(name + " of " + operation.getClass().getSimpleName());
          }
        });
    assertThat(missing).isEmpty();
  }

  /** Adds the operations of ND4J that a program would run. */
  private static Program note(Bindings bindings, Map<String, DifferentialFunction> found) {
    try (FlatGraph graph = FlatGraph.of(bindings)) {
      for (FlatGraph.Step step : graph.steps()) {
        if (step.computation() instanceof Nd4jFunction known) {
          found.put(known.kind(), known.function());
        }
      }
    }
    return new Program() {
      @Override
      public void run(Runnable pause) {
        throw new UnsupportedOperationException("it is only read");
      }

      @Override
      public long plannedBytes() {
        return 0;
      }

      @Override
      public void close() {}
    };
  }

  /** Adam's, those of sums of gradients, and others beside programs. */
  @Test
  void whatIsRunBesideProgramsIsInTheLibrary() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher names = NAMED.matcher(Files.readString(source));
        while (names.find()) {
          found.add(names.group(1));
        }
      }
    }
    assertThat(found).contains("adam_updater", "axpy");
    assertThat(library("name")).containsAll(found);
  }

  /** So that a list of another kind of thing would not do. */
  @Test
  void theListIsOfALibraryOfOperations() throws IOException {
    assertThat(library("name")).hasSizeGreaterThan(400).doesNotContain("picture_warp", "torch");
    assertThat(library("number")).hasSizeGreaterThan(100).doesNotContain("conv2d");
  }
}
