package io.troupe.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchDeviceTest {
  @BeforeAll
  static void load() {
    TorchLibrary.load();
  }

  @ParameterizedTest
  @CsvSource({"cpu, cpu", "cuda, cuda:0", "cuda:0, cuda:0", "cuda:12, cuda:12"})
  void isNamedAsInSettings(String name, String label) {
    assertThat(TorchDevice.of(name).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1:2", "cuda:1000", "mps"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> TorchDevice.of(name))
        .hasMessage("device \"%s\" is not cpu, cuda or cuda:N", name);
  }

  /** Of a run on the first and a run on the second GPU where there is one at most. */
  @Test
  void aDeviceThatIsNotThereIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> new TorchEngine("cuda:63", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CUDA_VISIBLE_DEVICES");
    assertThat(TorchDevice.CPU.freeBytes()).isEmpty();
  }
}
