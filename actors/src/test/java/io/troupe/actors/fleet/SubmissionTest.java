package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which runs a submission stands for. */
class SubmissionTest {
  private static Submission sweep(Map<String, List<String>> swept) {
    return new Submission("s", "demo", List.of("seed=1"), swept, 3, Optional.empty());
  }

  @Test
  void aSweepIsEveryCombinationTheLastKeyFirst() {
    Map<String, List<String>> swept = new LinkedHashMap<>();
    swept.put("training.batch", List.of("4", "8"));
    swept.put("ema.decay", List.of("0.9", "0.99"));

    assertThat(sweep(swept).runs())
        .extracting(Submission.Wanted::name, Submission.Wanted::settings)
        .containsExactly(
            tuple("s-1", List.of("seed=1", "training.batch=4", "ema.decay=0.9")),
            tuple("s-2", List.of("seed=1", "training.batch=4", "ema.decay=0.99")),
            tuple("s-3", List.of("seed=1", "training.batch=8", "ema.decay=0.9")),
            tuple("s-4", List.of("seed=1", "training.batch=8", "ema.decay=0.99")));
  }

  @Test
  void namesSortAsTheirNumbers() {
    List<String> seeds = IntStream.rangeClosed(1, 10).mapToObj(Integer::toString).toList();
    assertThat(sweep(Map.of("seed", seeds)).runs().stream().map(Submission.Wanted::name))
        .startsWith("s-01", "s-02")
        .endsWith("s-10");
  }

  @Test
  void whatIsNoSweepIsOneRun() {
    assertThat(sweep(Map.of()).runs())
        .containsExactly(new Submission.Wanted("s", "demo", List.of("seed=1"), 3));
    assertThat(sweep(Map.of()).sweep()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a/b", ".hidden", "a b", "-x"})
  void aNameIsThatOfAFolder(String name) {
    assertThatThrownBy(() -> new Submission(name, "demo", List.of(), Map.of(), 0, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSweepHasABound() {
    List<String> many = IntStream.range(0, 1001).mapToObj(Integer::toString).toList();
    assertThatThrownBy(() -> sweep(Map.of("seed", many))).hasMessageContaining("at most 1000");
    assertThatThrownBy(() -> sweep(Map.of("seed", List.of("1", "1"))))
        .hasMessageContaining("name each once");
  }
}
