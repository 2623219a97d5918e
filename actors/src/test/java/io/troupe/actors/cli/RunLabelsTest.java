package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunLabelsTest {
  @Test
  void areWithoutTheFoldersOfAll() {
    assertThat(RunLabels.of(List.of("runs/one", "runs/two"))).containsExactly("one", "two");
    assertThat(RunLabels.of(List.of("/a/b/one/", "/a/b/two"))).containsExactly("one/", "two");
    assertThat(RunLabels.of(List.of("runs/one", "other/one")))
        .containsExactly("runs/one", "other/one");
    assertThat(RunLabels.of(List.of("runs/a", "runs/a/b"))).containsExactly("a", "a/b");
    assertThat(RunLabels.of(List.of("one", "two", "three"))).containsExactly("one", "two", "three");
  }

  @Test
  void longOnesAreTheirEnds() {
    String deep = "x".repeat(40);
    assertThat(RunLabels.of(List.of(deep + "/one", deep + "2/two")))
        .containsExactly("…" + "x".repeat(27) + "/one", "…" + "x".repeat(26) + "2/two");
  }

  /** Else it could not be told whose a curve is. */
  @Test
  void areWholeWhereEndsAreEqual() {
    List<String> names = List.of("a" + "x".repeat(40), "b" + "x".repeat(40));
    assertThat(RunLabels.of(names)).isEqualTo(names);
  }
}
