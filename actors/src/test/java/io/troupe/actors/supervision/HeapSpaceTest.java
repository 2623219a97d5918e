package io.troupe.actors.supervision;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapSpaceTest {
  @Test
  void refusesWhatWouldUseTheHeapUp() {
    long most = Runtime.getRuntime().maxMemory();
    assertThatThrownBy(() -> HeapSpace.require(most, "an evaluation"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("an evaluation needs up to %d MB".formatted(most >> 20), "-Xmx");
    assertThatCode(() -> HeapSpace.require(most / 100, "an evaluation")).doesNotThrowAnyException();
  }
}
