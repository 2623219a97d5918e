package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
  @Test
  void catalogueOfTheClassPathIsFound() {
    assertThat(Parts.metrics()).extracting(MetricChoice::name).contains("fid", "prdc");
    assertThat(Parts.datasets()).extracting(DatasetChoice::name).contains("shapes", "npz");
  }

  @Test
  void ofTwoPartsWithOneNameBothAreNamed() {
    assertThatThrownBy(() -> Parts.unique(Stream.of(1, 2L), part -> "fid"))
        .hasMessage("java.lang.Integer and java.lang.Long are both called fid; rename one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FID", "a,b", "a_b", "-a", "a--b", "a b"})
  void aNameThatSettingsCannotHoldIsRefused(String name) {
    assertThatThrownBy(() -> Parts.unique(Stream.of(name), Function.identity()))
        .hasMessageContainingAll("java.lang.String", '"' + name + '"', "lower-case");
  }
}
