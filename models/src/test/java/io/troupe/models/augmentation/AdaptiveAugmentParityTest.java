package io.troupe.models.augmentation;

import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.parity.Parity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

/** Each augmentation alone and all together with given draws, and their gradient, as by PyTorch. */
@Tag("parity")
class AdaptiveAugmentParityTest {
  private static final int SIDE = 12;
  private static final int ALL = 8;

  /** What is done to each picture. */
  private static final List<Consumer<AffineMap>> PLACES =
      List.of(
          map -> map.scale(-1, 1),
          map -> map.turn(1),
          map -> map.turn(3),
          map -> map.shift(3, -2),
          map -> map.scale(1.3, 1.3),
          map -> map.rotate(0.7),
          map -> map.scale(0.8, 1.25),
          map -> map.shift(0.3, -2.6),
          map -> {
            map.scale(-1, 1);
            map.turn(1);
            map.shift(-1, 2);
            map.scale(0.7, 0.7);
            map.rotate(0.4);
            map.scale(1.25, 0.8);
            map.rotate(-1.1);
            map.shift(1.7, 0.4);
          });

  private static final Map<Integer, Consumer<ColourMap>> COLOURS =
      Map.of(
          0,
          map -> map.brighten(0.3),
          1,
          map -> map.scale(1.4),
          2,
          ColourMap::invertLuma,
          3,
          map -> map.turnHue(1.1),
          4,
          map -> map.saturate(0.5),
          ALL,
          map -> {
            map.brighten(-0.2);
            map.scale(0.7);
            map.invertLuma();
            map.turnHue(-2.1);
            map.saturate(1.6);
          });

  /** Centres of what is cut out, right and down. */
  private static final Map<Integer, double[]> CUTS =
      Map.of(5, new double[] {0.5, 0.25}, ALL, new double[] {0.9, 0.4});

  @ParameterizedTest
  @EnumSource
  void agreesWithPyTorch(Parity parity) {
    check(parity, "ada", 3, IntStream.range(0, PLACES.size()).toArray());
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithPyTorchOfGreyPictures(Parity parity) {
    check(parity, "ada-grey", 1, 2, ALL);
  }

  private static void check(Parity parity, String fixture, int channels, int... chosen) {
    long[] shape = {chosen.length, SIDE, SIDE, channels};
    GraphBuilder graph = new GraphBuilder(parity.type());
    SDVariable images = graph.input("images", shape);
    SDVariable augmented = new AdaptiveAugment(1, 1, 1, 1).apply(graph, "", images, shape);
    graph.output("augmented", augmented);
    graph.output("loss", augmented.mul(graph.input("factors", shape)).sum());
    Map<String, double[]> given = new HashMap<>();
    given.put("maps", of(chosen, AdaptiveAugmentParityTest::places));
    given.put("colours", of(chosen, i -> colours(i).matrix(channels)));
    given.put("light", of(chosen, i -> colours(i).light(channels)));
    given.put("mask", of(chosen, AdaptiveAugmentParityTest::mask));
    parity.check(fixture, List.of(graph.build("loss", List.of("images"))), given);
  }

  private static double[] of(int[] chosen, IntFunction<double[]> numbers) {
    return Arrays.stream(chosen).mapToObj(numbers).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] places(int picture) {
    AffineMap map = new AffineMap();
    PLACES.get(picture).accept(map);
    return map.numbers();
  }

  private static ColourMap colours(int picture) {
    ColourMap map = new ColourMap();
    COLOURS.getOrDefault(picture, unchanged -> {}).accept(map);
    return map;
  }

  private static double[] mask(int picture) {
    double[] mask = new double[SIDE * SIDE];
    double[] centre = CUTS.getOrDefault(picture, new double[] {9, 9});
    for (int i = 0; i < mask.length; i++) {
      int row = i / SIDE;
      double right = Math.abs((i % SIDE + 0.5) / SIDE - centre[0]);
      double down = Math.abs((row + 0.5) / SIDE - centre[1]);
      mask[i] = right < 0.25 && down < 0.25 ? 0 : 1;
    }
    return mask;
  }
}
