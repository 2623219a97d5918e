package io.troupe.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The files were written by PyTorch 1.13 from a module with a convolution, batch norm and a linear
 * layer whose weight is a part of a larger storage.
 */
class StateDictReaderTest {
  private static final Path FILE =
      Path.of("src/test/resources/io/troupe/metrics/inception/state-dict.pth");

  @Test
  void readsWhatPyTorchHasWritten() throws IOException {
    Map<String, Tensor> tensors =
        StateDictReader.read(
            FILE,
            Set.of(
                "first.conv.weight",
                "first.bn.weight",
                "first.bn.running_var",
                "fc.weight",
                "not there"));
    assertThat(tensors).hasSize(4);
    Tensor convolution = tensors.get("first.conv.weight");
    assertThat(convolution.shape()).containsExactly(3L, 2L, 1L, 2L);
    for (int i = 0; i < 12; i++) {
      assertThat(convolution.values()[i]).isEqualTo(i / 8f);
    }
    assertThat(tensors.get("first.bn.weight").values()).containsExactly(1.5f, -2, 3);
    assertThat(tensors.get("first.bn.running_var").values()).containsExactly(4, 5, 6);
    assertThat(tensors.get("fc.weight").shape()).containsExactly(3L, 2L);
    assertThat(tensors.get("fc.weight").values()).containsExactly(2, 3, 4, 5, 6, 7);
  }

  /** Halves, and a matrix [2, 3] that was transposed without moving its numbers. */
  @Test
  void readsOtherNumbersAndOtherOrders() throws IOException {
    Map<String, Tensor> tensors = StateDictReader.read(FILE, Set.of("half", "turned"));
    assertThat(tensors.get("half").values()).containsExactly(1, 1);
    assertThat(tensors.get("turned").shape()).containsExactly(3L, 2L);
    assertThat(tensors.get("turned").values()).containsExactly(0, 3, 1, 4, 2, 5);
  }
}
