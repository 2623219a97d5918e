package io.troupe.models.augmentation;

import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.parity.Parity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

/** All augmentations with given draws, and their gradient, as by PyTorch. */
@Tag("parity")
class DiffAugmentParityTest {
  private static final int BATCH = 4;
  private static final int SIDE = 32;
  private static final int[] DOWN = {-4, 0, 4, 1};
  private static final int[] RIGHT = {3, -2, 4, 0};
  private static final int[] TOP = {-8, 10, 0, 16};
  private static final int[] LEFT = {5, 24, 0, -3};

  @ParameterizedTest
  @EnumSource
  void agreesWithPyTorch(Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    SDVariable images = graph.input("images", BATCH, SIDE, SIDE, 3);
    SDVariable augmented =
        new DiffAugment(true, true, true).apply(graph, "", images, BATCH, SIDE, SIDE, 3);
    graph.output("augmented", augmented);
    graph.output("loss", augmented.mul(graph.input("factors", BATCH, SIDE, SIDE, 3)).sum());
    parity.check(
        "diffaugment",
        List.of(graph.build("loss", List.of("images"))),
        Map.of("rows", shifts(DOWN), "columns", shifts(RIGHT), "mask", mask()));
  }

  /** For each picture the matrix that takes line i from line i - shift. */
  private static double[] shifts(int... by) {
    double[] matrices = new double[BATCH * SIDE * SIDE];
    for (int picture = 0; picture < BATCH; picture++) {
      for (int line = 0; line < SIDE; line++) {
        int from = line - by[picture];
        if (from >= 0 && from < SIDE) {
          matrices[(picture * SIDE + line) * SIDE + from] = 1;
        }
      }
    }
    return matrices;
  }

  private static double[] mask() {
    double[] mask = new double[BATCH * SIDE * SIDE];
    for (int i = 0; i < mask.length; i++) {
      int picture = i / (SIDE * SIDE);
      int row = i / SIDE % SIDE - TOP[picture];
      int column = i % SIDE - LEFT[picture];
      boolean cut = row >= 0 && row < SIDE / 2 && column >= 0 && column < SIDE / 2;
      mask[i] = cut ? 0 : 1;
    }
    return mask;
  }
}
