package io.troupe.models.kernels;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A small file of times that were measured, of this processor and others. What is no such file,
 * because another program wrote it or it ends early, holds no times.
 */
final class ConvolutionTimes {
  private static final String FIRST_LINE = "troupe convolution times 1";
  private static final long MOST_BYTES = 4L << 20;

  private final Path file;
  private final String processor;
  private final Map<String, Times> lines = new LinkedHashMap<>();

  /**
   * Milliseconds of a pass.
   *
   * @param float32 by float32's kernels on floats
   * @param portable by {@link Bfloat16Algorithm#PORTABLE}
   * @param ofInstructions by {@link Bfloat16Algorithm#NATIVE}; infinite where there are no
   *     instructions
   */
  record Times(double float32, double portable, double ofInstructions) {
    /** The shorter ones of two measurements. */
    Times shorter(Times other) {
      return new Times(
          Math.min(float32, other.float32),
          Math.min(portable, other.portable),
          Math.min(ofInstructions, other.ofInstructions));
    }

    private String text() {
      return String.format(Locale.ROOT, "%.4f %.4f %.4f", float32, portable, ofInstructions);
    }

    private static Times parse(String text) {
      String[] numbers = text.split(" ", -1);
      if (numbers.length != 3) {
        throw new IllegalArgumentException("not three times: " + text);
      }
      return new Times(
          Double.parseDouble(numbers[0]),
          Double.parseDouble(numbers[1]),
          Double.parseDouble(numbers[2]));
    }
  }

  /**
   * What a file holds.
   *
   * @param file need not exist
   * @param processor names everything besides the pass that times depend on
   */
  ConvolutionTimes(Path file, String processor) {
    this.file = file;
    this.processor = processor;
    read();
  }

  private void read() {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return;
      }
      List<String> found = List.of(Files.readString(file, StandardCharsets.UTF_8).split("\n", -1));
      int last = found.size() - 1;
      if (!found.get(0).equals(FIRST_LINE) || !found.get(last).isEmpty()) {
        return;
      }
      for (String line : found.subList(1, last)) {
        int end = line.lastIndexOf('\t');
        lines.put(line.substring(0, end), Times.parse(line.substring(end + 1)));
      }
    } catch (IOException | RuntimeException e) {
      // Not ours, or no longer: all is measured anew.
      lines.clear();
    }
  }

  Optional<Times> find(Bfloat16Choice.Use use, long pictures) {
    return Optional.ofNullable(lines.get(key(use, pictures)));
  }

  void add(Bfloat16Choice.Use use, long pictures, Times times) {
    lines.put(key(use, pictures), times);
  }

  private String key(Bfloat16Choice.Use use, long pictures) {
    return processor + '\t' + pictures + '\t' + use.text();
  }

  /** Writes the file whole or not at all, with what others wrote since it was read lost. */
  void write() throws IOException {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    lines.forEach((key, times) -> text.append(key).append('\t').append(times.text()).append('\n'));
    AtomicFile.write(file, place -> Files.writeString(place, text, StandardCharsets.UTF_8));
  }
}
