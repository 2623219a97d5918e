package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.models.OffHeap;
import io.troupe.models.kernels.Bfloat16Choice.Use;
import io.troupe.models.kernels.Bfloat16Measurement.Result;
import io.troupe.models.kernels.Bfloat16Measurement.Work;
import io.troupe.models.kernels.ConvolutionTimes.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16MeasurementTest {
  private static final ConvolutionShape SHAPE = new ConvolutionShape(3, 8, 8, 32, 5, 3, 3, 1, 1, 1);
  private static final List<Work> WORKS =
      List.of(
          new Work(ConvolutionPass.FORWARD, SHAPE, true, 2),
          new Work(ConvolutionPass.INPUT_GRADIENT, SHAPE, false, 1),
          new Work(ConvolutionPass.WEIGHT_GRADIENT, SHAPE, false, 1));

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("new").resolve("times.txt");
  }

  private static String here() {
    return Processor.name() + ", %d threads".formatted(OpenMp.threads());
  }

  @Test
  void measuresOnceAndFreesItsMemory() throws Exception {
    Result first = Bfloat16Measurement.run(WORKS, file());
    assertThat(first.measured()).isEqualTo(3);
    assertThat(first.problem()).isEmpty();
    assertThat(first.float32Milliseconds()).isPositive().isFinite();
    assertThat(first.mixedMilliseconds()).isPositive().isFinite();
    if (Processor.bfloat16() == Bfloat16Support.NONE) {
      assertThat(first.choice()).isEqualTo(Bfloat16Choice.always(Bfloat16Algorithm.PORTABLE));
    }
    String kept = Files.readString(file());
    assertThat(kept).startsWith("troupe convolution times 1\n" + here() + "\t3\tforward/");
    assertThat(Bfloat16Measurement.run(WORKS, file()).measured()).isZero();
    Work other = new Work(ConvolutionPass.FORWARD, SHAPE, false, 1);
    long offHeap = OffHeap.settledBytes();
    assertThat(Bfloat16Measurement.run(List.of(WORKS.get(0), other), file()).measured())
        .isEqualTo(1);
    assertThat(OffHeap.settledBytes()).isLessThanOrEqualTo(offHeap);
    assertThat(Files.readString(file())).startsWith(kept);
    try (var files = Files.list(file().getParent())) {
      assertThat(files).containsExactly(file());
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 1, NATIVE, 6, 3", "2, 3, 4, PORTABLE, 6, 9", "1, 1, Infinity, PORTABLE, 3, 3"})
  void takesTheFastestOfTheFile(
      double float32,
      double portable,
      double ofInstructions,
      Bfloat16Algorithm fastest,
      double float32Sum,
      double mixedSum)
      throws Exception {
    ConvolutionTimes times = new ConvolutionTimes(file(), here());
    times.add(
        new Use(ConvolutionPass.FORWARD, SHAPE, true),
        3,
        new Times(float32, portable, ofInstructions));
    times.write();
    Result result =
        Bfloat16Measurement.run(List.of(new Work(ConvolutionPass.FORWARD, SHAPE, true, 3)), file());
    assertThat(result.choice().algorithm(ConvolutionPass.FORWARD, SHAPE, true)).isEqualTo(fastest);
    assertThat(result.measured()).isZero();
    assertThat(result.float32Milliseconds()).isEqualTo(float32Sum);
    assertThat(result.mixedMilliseconds()).isEqualTo(mixedSum);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# another program's\n",
        "troupe convolution times 2\n",
        "troupe convolution times 1\nno line of ours\n",
        "troupe convolution times 1\nx\t1 2\n",
        "troupe convolution times 1\nx\t1 2 three\n",
        "troupe convolution times 1\nx\t1 2 3"
      })
  void whatIsNotItsFileIsMeasuredAnew(String content) throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), content);
    ConvolutionTimes times = new ConvolutionTimes(file(), "x");
    Use use = new Use(ConvolutionPass.FORWARD, SHAPE, true);
    times.add(use, 1, new Times(1, 2, 3));
    times.write();
    assertThat(Files.readString(file()))
        .isEqualTo("troupe convolution times 1\nx\t1\t" + use.text() + "\t1.0000 2.0000 3.0000\n");
    assertThat(new ConvolutionTimes(file(), "x").find(use, 1)).contains(new Times(1, 2, 3));
    assertThat(new ConvolutionTimes(file(), "y").find(use, 1)).isEmpty();
    assertThat(new ConvolutionTimes(file(), "x").find(use, 2)).isEmpty();
  }

  @Test
  void aFileWithoutAPlaceIsNoFailure() throws Exception {
    Files.writeString(folder.resolve("new"), "a file where a folder should be");
    Result result = Bfloat16Measurement.run(WORKS.subList(0, 1), file());
    assertThat(result.measured()).isEqualTo(1);
    assertThat(result.problem()).get().asString().contains("new");
  }
}
