package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.kernels.Bfloat16Choice.Use;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16ChoiceTest {
  private static final ConvolutionShape WIDE =
      new ConvolutionShape(64, 32, 16, 128, 96, 3, 5, 2, 1, 2, 1);
  private static final ConvolutionShape POINT =
      new ConvolutionShape(64, 4, 4, 3, 96, 1, 1, 1, 0, 0, 1);

  @Test
  void mostPassesHaveTheUsualAlgorithm() {
    Bfloat16Choice choice =
        Bfloat16Choice.of(
            Map.of(
                new Use(ConvolutionPass.FORWARD, WIDE, true), Bfloat16Algorithm.NATIVE,
                new Use(ConvolutionPass.INPUT_GRADIENT, WIDE, true), Bfloat16Algorithm.NATIVE,
                new Use(ConvolutionPass.WEIGHT_GRADIENT, POINT, false),
                    Bfloat16Algorithm.PORTABLE));
    assertThat(choice.text())
        .isEqualTo("native, portable: weight-gradient/4x4x3/1x1x96/1/0x0/float32");
    assertThat(choice.algorithm(ConvolutionPass.WEIGHT_GRADIENT, POINT, false))
        .isEqualTo(Bfloat16Algorithm.PORTABLE);
    assertThat(choice.algorithm(ConvolutionPass.WEIGHT_GRADIENT, POINT.withBatch(7), false))
        .isEqualTo(Bfloat16Algorithm.PORTABLE);
    assertThat(choice.algorithm(ConvolutionPass.FORWARD, POINT, true))
        .isEqualTo(Bfloat16Algorithm.NATIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "native",
        "portable",
        "portable, native: forward/32x16x128/3x5x96/2/1x2/bfloat16",
        "native, portable: forward/32x32x192/3x3x192/1/1x1/bfloat16/12",
        "native, portable: forward/4x4x3/1x1x96/1/0x0/bfloat16 input-gradient/4x4x3/1x1x96/1/0x0/float32"
      })
  void isATextAndBack(String text) {
    Bfloat16Choice choice = Bfloat16Choice.parse(text);
    assertThat(choice.text()).isEqualTo(text);
    assertThat(choice.needsInstructions()).isEqualTo(text.contains("native"));
  }

  @Test
  void aTextNamesSizesInTheOrderOfItsDocumentation() {
    assertThat(
            Bfloat16Choice.parse("portable, native: forward/32x16x128/3x5x96/2/1x2/bfloat16")
                .algorithm(ConvolutionPass.FORWARD, WIDE, true))
        .isEqualTo(Bfloat16Algorithm.NATIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Native",
        "native, portable: ",
        "native, native: forward/4x4x3/1x1x96/1/0x0/bfloat16",
        "native, portable: forward/4x4x3/1x1x96/1/0x0/bfloat16  ",
        "native, portable: forward/4x4x3x9/1x1x96/1/0x0/bfloat16",
        "native, portable: forward/4x4/1x1x96/1/0x0/bfloat16",
        "native, portable: forward/4x4x3/1x1x96/1/0x0",
        "native, portable: sideways/4x4x3/1x1x96/1/0x0/bfloat16",
        "native, portable: forward/4x4x3/1x1x96/one/0x0/bfloat16"
      })
  void anotherTextIsRefused(String text) {
    assertThatThrownBy(() -> Bfloat16Choice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\" is n");
  }
}
