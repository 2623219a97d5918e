package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.models.OffHeap;
import io.troupe.models.kernels.Bfloat16Choice.Use;
import io.troupe.models.kernels.Bfloat16Measurement.Result;
import io.troupe.models.kernels.Bfloat16Measurement.Sample;
import io.troupe.models.kernels.Bfloat16Measurement.Work;
import io.troupe.models.kernels.ConvolutionTimes.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16MeasurementTest {
  private static final ConvolutionShape SHAPE =
      new ConvolutionShape(3, 8, 8, 32, 5, 3, 3, 1, 1, 1, 1);
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
  void measuresOnceWhatOthersDoNotDisturb() throws Exception {
    Result first = Bfloat16Measurement.run(WORKS, file());
    assertThat(first.measured()).isEqualTo(3);
    assertThat(first.float32Milliseconds()).isPositive().isFinite();
    assertThat(first.mixedMilliseconds()).isPositive().isFinite();
    if (Processor.bfloat16() == Bfloat16Support.NONE) {
      assertThat(first.choice()).isEqualTo(Bfloat16Choice.always(Bfloat16Algorithm.PORTABLE));
    }
    assertThat(lines()).hasSize(3 - disturbed(first)).allMatch(l -> l.startsWith(here() + "\t3\t"));
    assertThat(Bfloat16Measurement.run(WORKS, file()).measured()).isEqualTo(disturbed(first));
    long offHeap = OffHeap.settledBytes();
    Work other = new Work(ConvolutionPass.FORWARD, SHAPE, false, 1);
    List<String> kept = lines();
    Result second = Bfloat16Measurement.run(List.of(other, other), file());
    assertThat(second.measured()).isEqualTo(1);
    assertThat(lines()).containsAll(kept).hasSize(kept.size() + 1 - disturbed(second));
    assertThat(OffHeap.settledBytes()).isLessThanOrEqualTo(offHeap);
  }

  @Test
  void measuresAgainWhatOthersDisturbed() throws Exception {
    Map<ConvolutionPass, Deque<Sample>> samples = new EnumMap<>(ConvolutionPass.class);
    samples.put(
        ConvolutionPass.FORWARD, new ArrayDeque<>(List.of(new Sample(new Times(9, 8, 5), true))));
    samples.put(
        ConvolutionPass.INPUT_GRADIENT,
        new ArrayDeque<>(
            List.of(
                new Sample(new Times(9, 8, 50), false), new Sample(new Times(10, 7, 3), true))));
    samples.put(
        ConvolutionPass.WEIGHT_GRADIENT,
        new ArrayDeque<>(
            List.of(
                new Sample(new Times(9, 2, 6), false), new Sample(new Times(10, 9, 4), false))));
    Result result =
        Bfloat16Measurement.run(WORKS, file(), work -> samples.get(work.pass()).remove());
    assertThat(samples.values()).allMatch(Deque::isEmpty);
    assertThat(result.float32Milliseconds()).isEqualTo(2 * 9 + 9 + 9);
    assertThat(result.mixedMilliseconds()).isEqualTo(2 * 5 + 3 + 2);
    assertThat(result.choice())
        .isEqualTo(
            Bfloat16Choice.parse("native, portable: weight-gradient/8x8x32/3x3x5/1/1x1/float32"));
    assertThat(result.problem()).hasValue("other programs disturbed 1 of 3 measurements");
    assertThat(lines()).hasSize(2).anyMatch(line -> line.endsWith("\t9.0000 7.0000 3.0000"));
  }

  /** What other programs disturbed is not kept. */
  private static int disturbed(Result result) {
    Matcher matcher =
        Pattern.compile("other programs disturbed (\\d+) of \\d+ measurements")
            .matcher(result.problem().orElse(""));
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Of the file but its first; nothing else is in its folder. */
  private List<String> lines() throws IOException {
    if (!Files.exists(file().getParent())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(file().getParent())) {
      assertThat(files).containsExactly(file());
    }
    List<String> lines = Files.readAllLines(file());
    assertThat(lines.get(0)).isEqualTo("troupe convolution times 1");
    return lines.subList(1, lines.size());
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
  void aFileWithoutAPlaceIsSaid() throws Exception {
    Files.writeString(folder.resolve("new"), "a file where a folder should be");
    Result result = Bfloat16Measurement.run(WORKS.subList(0, 1), file());
    assertThat(result.measured()).isEqualTo(1);
    assertThat(result.problem()).get().asString().containsAnyOf("new", "1 of 1 measurements");
  }
}
