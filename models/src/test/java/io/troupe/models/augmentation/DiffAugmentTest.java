package io.troupe.models.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DiffAugmentTest {
  private static final DiffAugment ALL = new DiffAugment(true, true, true);
  private static final DiffAugment COLOUR = new DiffAugment(true, false, false);
  private static final DiffAugment TRANSLATION = new DiffAugment(false, true, false);
  private static final DiffAugment CUTOUT = new DiffAugment(false, false, true);
  private static final int BATCH = 64;
  private static final int SIDE = 32;
  private static final long[] SHAPE = {BATCH, SIDE, SIDE, 3};

  /** Augmented pictures, and the gradient of their inner product with weights. */
  private record Result(INDArray images, INDArray gradient) {}

  @Test
  void changesNothingBeforeTheFirstDraw() {
    INDArray images = random(1);
    INDArray weights = random(2);
    try (DiffAugmentDraws draws = new DiffAugmentDraws(ALL, DataType.DOUBLE, SHAPE)) {
      Result result = run(ALL, draws, images, weights);
      assertThat(distance(result.images(), images)).isLessThan(1e-14);
      assertThat(distance(result.gradient(), weights)).isLessThan(1e-14);
    }
  }

  @Test
  void colourOfGreyPicturesChangesByBrightnessOnly() {
    INDArray images = Nd4j.valueArrayOf(SHAPE, 0.25, DataType.DOUBLE);
    INDArray augmented = drawn(COLOUR, images, 5);
    Set<Double> values = new HashSet<>();
    for (int picture = 0; picture < BATCH; picture++) {
      double first = augmented.getDouble(picture, 0, 0, 0);
      values.add(first);
      assertThat(first).isBetween(-0.25, 0.75);
      INDArray same = Nd4j.valueArrayOf(new long[] {SIDE, SIDE, 3}, first, DataType.DOUBLE);
      assertThat(distance(augmented.slice(picture), same)).isLessThan(1e-14);
    }
    assertThat(values).hasSize(BATCH);
  }

  /** Differences of channels grow by both factors, the picture's mean moves by brightness only. */
  @Test
  void colourFactorsAreInTheirRanges() {
    INDArray images = random(1);
    INDArray augmented = drawn(COLOUR, images, 5);
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int picture = 0; picture < BATCH; picture++) {
      double shift = mean(augmented.slice(picture)) - mean(images.slice(picture));
      assertThat(shift).isBetween(-0.5, 0.5);
      double factor = redOverGreen(augmented, picture, 3, 7) / redOverGreen(images, picture, 3, 7);
      assertThat(redOverGreen(augmented, picture, 20, 1))
          .isCloseTo(factor * redOverGreen(images, picture, 20, 1), within(1e-9));
      least = Math.min(least, factor);
      most = Math.max(most, factor);
    }
    assertThat(least).isBetween(0.0, 0.3);
    assertThat(most).isBetween(1.7, 3.0);
  }

  /** All the ranges of the paper, evenly. */
  @Test
  void colourIsDrawnEvenlyFromTheWholeRanges() {
    long[] shape = {4000, 1, 1, 3};
    try (DiffAugmentDraws draws = COLOUR.draws(DataType.DOUBLE, shape)) {
      draws.draw(new CounterRandom(0, Stream.AUGMENTATION, 5, 0));
      Map<String, INDArray> drawn = Drawn.of(COLOUR, draws, shape);
      assertEven(drawn.get("brightness"), -0.5, 0.5);
      assertEven(drawn.get("saturation"), 0, 2);
      assertEven(drawn.get("contrast"), 0.5, 1.5);
    }
  }

  /** A tenth of the numbers, but for four deviations, is in each tenth of the range. */
  private static void assertEven(INDArray numbers, double from, double to) {
    int[] tenths = new int[10];
    for (double number : numbers.data().asDouble()) {
      assertThat(number).isBetween(from, to);
      tenths[(int) (10 * (number - from) / (to - from))]++;
    }
    double least = (numbers.minNumber().doubleValue() - from) / (to - from);
    double most = (numbers.maxNumber().doubleValue() - from) / (to - from);
    assertThat(least).isLessThan(0.005);
    assertThat(most).isGreaterThan(0.995);
    for (int count : tenths) {
      assertThat((double) count).isCloseTo(400, within(4 * Math.sqrt(400 * 0.9)));
    }
  }

  private static double redOverGreen(INDArray images, int picture, int row, int column) {
    return images.getDouble(picture, row, column, 0) - images.getDouble(picture, row, column, 1);
  }

  @Test
  void translationMovesByUpToFourAndBringsZeros() {
    INDArray images = random(1);
    INDArray weights = random(2);
    Set<Integer> downs = new HashSet<>();
    Set<Integer> rights = new HashSet<>();
    try (DiffAugmentDraws draws = draws(TRANSLATION, 5)) {
      Result result = run(TRANSLATION, draws, images, weights);
      for (int picture = 0; picture < BATCH; picture++) {
        int[] shift = shift(images.slice(picture), result.images().slice(picture));
        downs.add(shift[0]);
        rights.add(shift[1]);
        INDArray moved = moved(images.slice(picture), shift[0], shift[1]);
        assertThat(distance(result.images().slice(picture), moved)).isZero();
        INDArray back = moved(weights.slice(picture), -shift[0], -shift[1]);
        assertThat(distance(result.gradient().slice(picture), back)).isZero();
      }
    }
    assertThat(downs).containsExactlyInAnyOrder(-4, -3, -2, -1, 0, 1, 2, 3, 4);
    assertThat(rights).containsExactlyInAnyOrder(-4, -3, -2, -1, 0, 1, 2, 3, 4);
  }

  /** Where the pixel in the middle went. */
  private static int[] shift(INDArray image, INDArray augmented) {
    for (int down = -4; down <= 4; down++) {
      for (int right = -4; right <= 4; right++) {
        if (augmented.getDouble(16 + down, 16 + right, 0) == image.getDouble(16, 16, 0)) {
          return new int[] {down, right};
        }
      }
    }
    throw new AssertionError("moved by more than four pixels");
  }

  private static INDArray moved(INDArray image, int down, int right) {
    INDArray moved = Nd4j.create(DataType.DOUBLE, SIDE, SIDE, 3);
    for (int row = Math.max(0, down); row < Math.min(SIDE, SIDE + down); row++) {
      for (int column = Math.max(0, right); column < Math.min(SIDE, SIDE + right); column++) {
        for (int channel = 0; channel < 3; channel++) {
          moved.putScalar(
              row, column, channel, image.getDouble(row - down, column - right, channel));
        }
      }
    }
    return moved;
  }

  @Test
  void cutoutZeroesASquareOfSixteenThatTheBorderMayCut() {
    INDArray ones = Nd4j.ones(DataType.DOUBLE, SHAPE);
    boolean whole = false;
    boolean cut = false;
    for (int seed = 0; seed < 4; seed++) {
      try (DiffAugmentDraws draws = draws(CUTOUT, seed)) {
        Result result = run(CUTOUT, draws, ones, ones);
        assertThat(result.gradient()).isEqualTo(result.images());
        for (int picture = 0; picture < BATCH; picture++) {
          INDArray zeros = result.images().slice(picture).rsub(1);
          int rows = (int) Math.round(zeros.max(1, 2).sumNumber().doubleValue());
          int columns = (int) Math.round(zeros.max(0, 2).sumNumber().doubleValue());
          assertThat(rows).isBetween(8, 16);
          assertThat(columns).isBetween(8, 16);
          assertThat(zeros.sumNumber().doubleValue()).isEqualTo(3.0 * rows * columns);
          whole |= rows == 16 && columns == 16;
          cut |= rows == 8 || columns == 8;
        }
      }
    }
    assertThat(whole).isTrue();
    assertThat(cut).isTrue();
  }

  @Test
  void drawsAreAFunctionOfTheSequence() {
    INDArray images = random(1);
    assertThat(drawn(ALL, images, 5)).isEqualTo(drawn(ALL, images, 5));
    assertThat(drawn(ALL, images, 5)).isNotEqualTo(drawn(ALL, images, 6));
  }

  @Test
  void aSecondDrawLeavesNothingOfTheFirst() {
    INDArray images = random(1);
    try (DiffAugmentDraws draws = draws(ALL, 5)) {
      draws.draw(new CounterRandom(0, Stream.AUGMENTATION, 6, 0));
      assertThat(run(ALL, draws, images, images).images()).isEqualTo(drawn(ALL, images, 6));
    }
  }

  @Test
  void realAndGeneratedPicturesHaveDrawsOfTheirOwn() {
    INDArray images = random(1);
    GraphBuilder graph = new GraphBuilder(DataType.DOUBLE);
    SDVariable x = graph.input("images", SHAPE);
    graph.output("real", ALL.apply(graph, "real ", x, SHAPE));
    graph.output("fake", ALL.apply(graph, "fake ", x, SHAPE));
    INDArray real = Nd4j.create(DataType.DOUBLE, SHAPE);
    INDArray fake = Nd4j.create(DataType.DOUBLE, SHAPE);
    try (DiffAugmentDraws ofReal = draws(ALL, 5);
        DiffAugmentDraws ofFake = draws(ALL, 6)) {
      Bindings bindings =
          new Bindings(graph.build()).bind("images", images).bind("real", real).bind("fake", fake);
      ofFake.bind(ofReal.bind(bindings, "real "), "fake ");
      try (Program program = CompiledGraph.compile(bindings)) {
        program.run();
      }
    }
    assertThat(real).isEqualTo(drawn(ALL, images, 5));
    assertThat(fake).isEqualTo(drawn(ALL, images, 6));
  }

  /** The gradient of ⟨w, A(x)⟩ is Aᵀw: its product with any d is ⟨w, A(x + d) - A(x)⟩. */
  @Test
  void gradientIsTheTransposedMap() {
    INDArray images = random(1);
    INDArray weights = random(2);
    INDArray direction = random(3);
    try (DiffAugmentDraws draws = draws(ALL, 5)) {
      Result at = run(ALL, draws, images, weights);
      INDArray beside = run(ALL, draws, images.add(direction), weights).images();
      double change = beside.sub(at.images()).mul(weights).sumNumber().doubleValue();
      double slope = at.gradient().mul(direction).sumNumber().doubleValue();
      assertThat(slope).isCloseTo(change, within(1e-9));
      assertThat(Math.abs(change)).isGreaterThan(1);
    }
  }

  private static DiffAugmentDraws draws(DiffAugment augmentation, int step) {
    DiffAugmentDraws draws = new DiffAugmentDraws(augmentation, DataType.DOUBLE, SHAPE);
    draws.draw(new CounterRandom(0, Stream.AUGMENTATION, step, 0));
    return draws;
  }

  private static INDArray drawn(DiffAugment augmentation, INDArray images, int step) {
    try (DiffAugmentDraws draws = draws(augmentation, step)) {
      return run(augmentation, draws, images, images).images();
    }
  }

  private static Result run(
      DiffAugment augmentation, DiffAugmentDraws draws, INDArray images, INDArray weights) {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    SDVariable x = builder.input("images", SHAPE);
    SDVariable w = builder.input("weights", SHAPE);
    SDVariable augmented = augmentation.apply(builder, "augment ", x, SHAPE);
    builder.output("augmented", augmented);
    builder.output("product", augmented.mul(w).sum());
    Graph graph = builder.build("product", List.of("images"));
    INDArray result = Nd4j.create(DataType.DOUBLE, SHAPE);
    INDArray gradient = Nd4j.create(DataType.DOUBLE, SHAPE);
    Bindings bindings =
        new Bindings(graph)
            .bind("images", images)
            .bind("weights", weights)
            .bind("augmented", result)
            .bind("product", Nd4j.scalar(DataType.DOUBLE, 0))
            .bind(Graph.gradientOf("images"), gradient);
    try (Program program = CompiledGraph.compile(draws.bind(bindings, "augment "))) {
      program.run();
    }
    return new Result(result, gradient);
  }

  private static double mean(INDArray array) {
    return array.meanNumber().doubleValue();
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).normmaxNumber().doubleValue();
  }

  private static INDArray random(int index) {
    CounterRandom random = new CounterRandom(3, Stream.DATASET, 0, index);
    INDArray array = Nd4j.create(DataType.DOUBLE, SHAPE);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, random.nextGaussian());
    }
    return array;
  }
}
