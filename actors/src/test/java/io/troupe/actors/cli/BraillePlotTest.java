package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BraillePlotTest {
  /** The dots of lines as a grid of # and ., by Unicode's numbering of the dots. */
  private static List<String> dots(List<String> lines) {
    int[][] number = {{1, 4}, {2, 5}, {3, 6}, {7, 8}};
    return lines.stream()
        .flatMap(
            line ->
                IntStream.range(0, 4)
                    .mapToObj(
                        row -> {
                          StringBuilder text = new StringBuilder();
                          line.chars()
                              .forEach(
                                  c -> {
                                    for (int side = 0; side < 2; side++) {
                                      int bit = 1 << (number[row][side] - 1);
                                      text.append(((c - 0x2800) & bit) != 0 ? '#' : '.');
                                    }
                                  });
                          return text.toString();
                        }))
        .toList();
  }

  @Test
  void aLineGoesFromCornerToCorner() {
    double[] x = {0, 7};
    assertThat(dots(BraillePlot.lines(x, new double[] {5, 12}, 4, 2)))
        .containsExactly(
            ".......#",
            "......#.",
            ".....#..",
            "....#...",
            "...#....",
            "..#.....",
            ".#......",
            "#.......");
  }

  @Test
  void valuesThatAreNotFiniteAreGaps() {
    double[] x = {0, 1, 2, 3, 4, 5, 6, 7};
    double[] y = {3, 3, 3, Double.NaN, Double.NaN, 0, 0, 0};
    assertThat(dots(BraillePlot.lines(x, y, 4, 1)))
        .containsExactly("###.....", "........", "........", ".....###");
  }

  @Test
  void oneValueIsADotInTheMiddle() {
    assertThat(dots(BraillePlot.lines(new double[] {9}, new double[] {1}, 1, 1)))
        .containsExactly("..", "..", "#.", "..");
    assertThat(dots(BraillePlot.lines(new double[0], new double[0], 2, 1)))
        .containsExactly("....", "....", "....", "....");
  }
}
