package io.troupe.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs; how fast is not of interest here. */
@Tag("process")
class BenchmarksTest {
  private static final Set<String> GRAPHS =
      Set.of(
          "BigGanIteration",
          "DNet",
          "InceptionBatch",
          "R3GanIteration",
          "SmallOperations",
          "StyleGan2Iterations");

  @Test
  void eachRunsWhenMadeSmall() throws Exception {
    // Another process may measure at the same time.
    System.setProperty("jmh.ignoreLock", "true");
    Options small =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(2)
            .addProfiler(Programs.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .param("channels", "8")
            .param("dimension", "64")
            .param("vectors", "100")
            .build();

    Collection<RunResult> results = new Runner(small).run();

    Map<String, Integer> runs = new TreeMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      String path = name.substring(0, name.lastIndexOf('.'));
      String type = path.substring(path.lastIndexOf('.') + 1);
      runs.merge(type, 1, Integer::sum);
      assertThat(result.getPrimaryResult().getScore()).isPositive();
      if (GRAPHS.contains(type)) {
        double programs = result.getSecondaryResults().get("programs").getScore();
        assertThat(programs).isPositive().isLessThan(result.getPrimaryResult().getScore());
        assertThat(result.getSecondaryResults().get("planned").getScore()).isPositive();
      } else {
        assertThat(result.getSecondaryResults()).isEmpty();
      }
    }
    assertThat(runs)
        .isEqualTo(
            Map.of(
                "AugmentationBatch", 1,
                "BigGanIteration", 1,
                "DNet", 1,
                "FrechetComputation", 2,
                "InceptionBatch", 1,
                "PrdcComputation", 1,
                "R3GanIteration", 1,
                "SmallOperations", 1,
                "StyleGan2Iterations", 2));
  }
}
