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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdaptiveAugmentTest {
  private static final AdaptiveAugment ALL = new AdaptiveAugment(1, 1, 1, 1);
  private static final AdaptiveAugment BLIT = new AdaptiveAugment(1, 0, 0, 0);
  private static final AdaptiveAugment GEOMETRY = new AdaptiveAugment(0, 1, 0, 0);
  private static final AdaptiveAugment CUTOUT = new AdaptiveAugment(0, 0, 0, 1);
  private static final int BATCH = 24;
  private static final int SIDE = 16;
  private static final double CENTRE = (SIDE - 1) / 2.0;
  private static final long[] SHAPE = {BATCH, SIDE, SIDE, 3};

  /** Augmented pictures, and the gradient of their inner product with weights. */
  private record Result(INDArray images, INDArray gradient) {}

  @Test
  void changesNothingWithoutProbability() {
    INDArray images = random(1);
    INDArray weights = random(2);
    Result result = run(ALL, 0, images, weights);
    assertThat(result.images()).isEqualTo(images);
    assertThat(result.gradient()).isEqualTo(weights);
  }

  @Test
  void drawsAreAFunctionOfTheSequenceAndTheProbability() {
    INDArray images = random(1);
    INDArray once = run(ALL, 0.7, images, images).images();
    assertThat(run(ALL, 0.7, images, images).images()).isEqualTo(once);
    assertThat(run(ALL, 0.8, images, images).images()).isNotEqualTo(once);
  }

  /** The same pictures as with a lower probability are changed, and more. */
  @Test
  void moreIsChangedAsTheProbabilityRises() {
    int pictures = 2000;
    Set<Integer> before = Set.of();
    for (double probability : new double[] {0, 0.05, 0.2, 0.5, 1}) {
      Set<Integer> changed = moved(probability, pictures);
      // Scaling, stretching, shifting, and rotating before or after: each happens so often.
      double share = 1 - Math.pow(1 - probability, 4);
      double deviation = Math.sqrt(pictures * share * (1 - share));
      assertThat((double) changed.size()).isCloseTo(pictures * share, within(4 * deviation));
      assertThat(changed).containsAll(before);
      before = changed;
    }
  }

  private static Set<Integer> moved(double probability, int pictures) {
    long[] shape = {pictures, 4, 4, 1};
    Set<Integer> moved = new HashSet<>();
    try (AugmentationDraws draws = GEOMETRY.draws(DataType.DOUBLE, shape)) {
      draws.draw(new CounterRandom(0, Stream.AUGMENTATION, 5, 0), probability);
      INDArray maps = Drawn.of(GEOMETRY, draws, shape).get("maps");
      INDArray unmoved = Nd4j.createFromArray(new AffineMap().numbers());
      for (int i = 0; i < pictures; i++) {
        if (!maps.getRow(i).equals(unmoved)) {
          moved.add(i);
        }
      }
    }
    return moved;
  }

  /**
   * Each picture is mirrored or not, then turned by quarters, then shifted by whole pixels: what
   * else it might have become is farther away than what a filter that is not even leaves. That
   * filter undoes itself where rows and columns have at most changed places.
   */
  @Test
  void blitMirrorsTurnsAndShiftsByWholePixels() {
    INDArray augmented = run(BLIT, 1, smooth(), smooth()).images();
    Set<Integer> turns = new HashSet<>();
    Set<Boolean> mirrors = new HashSet<>();
    Set<Integer> shifts = new HashSet<>();
    for (int i = 0; i < BATCH; i++) {
      int alike = 0;
      for (boolean mirrored : new boolean[] {false, true}) {
        for (int turn = 0; turn < 4; turn++) {
          for (int shift = 0; shift < 25; shift++) {
            double distance =
                farthest(augmented.slice(i), mirrored, turn, shift % 5 - 2, shift / 5 - 2);
            if (distance < 0.1) {
              alike++;
              mirrors.add(mirrored);
              turns.add(turn);
              shifts.add(shift % 5 - 2);
              shifts.add(shift / 5 - 2);
              assertThat(distance).isLessThan(turn == (mirrored ? 1 : 0) ? 1e-12 : 0.07);
            }
          }
        }
      }
      assertThat(alike).isOne();
    }
    assertThat(mirrors).hasSize(2);
    assertThat(turns).hasSize(4);
    assertThat(shifts).hasSize(5);
  }

  /** Between the middle of a picture and that of the smooth one so changed. */
  private static double farthest(INDArray found, boolean mirrored, int turns, int right, int down) {
    double farthest = 0;
    for (int row = 4; row < 12; row++) {
      for (int column = 4; column < 12; column++) {
        double x = column - right - CENTRE;
        double y = row - down - CENTRE;
        for (int k = 0; k < turns; k++) {
          double before = x;
          x = -y;
          y = before;
        }
        double expected = smooth(CENTRE + (mirrored ? -x : x), CENTRE + y);
        farthest = Math.max(farthest, Math.abs(found.getDouble(row, column, 0) - expected));
      }
    }
    return farthest;
  }

  /** A constant picture is continued as itself, and filters whose sum is 1 leave it. */
  @Test
  void constantPicturesStay() {
    INDArray images = Nd4j.valueArrayOf(SHAPE, 0.25, DataType.DOUBLE);
    INDArray augmented = run(GEOMETRY, 0.3, images, images).images();
    int same = 0;
    for (int i = 0; i < BATCH; i++) {
      double distance = augmented.slice(i).sub(0.25).normmaxNumber().doubleValue();
      same += distance < 2e-3 ? 1 : 0;
    }
    // Few are moved by more than their side.
    assertThat(same).isGreaterThan(BATCH * 3 / 4);
  }

  @Test
  void cutoutLeavesASquareOfHalfTheSideThatTheBorderMayCut() {
    INDArray ones = Nd4j.ones(DataType.DOUBLE, SHAPE);
    Result result = run(CUTOUT, 1, ones, ones);
    assertThat(result.gradient()).isEqualTo(result.images());
    for (int i = 0; i < BATCH; i++) {
      INDArray zeros = result.images().slice(i).rsub(1);
      int rows = (int) Math.round(zeros.max(1, 2).sumNumber().doubleValue());
      int columns = (int) Math.round(zeros.max(0, 2).sumNumber().doubleValue());
      assertThat(rows).isBetween(SIDE / 4, SIDE / 2);
      assertThat(columns).isBetween(SIDE / 4, SIDE / 2);
      assertThat(zeros.sumNumber().doubleValue()).isEqualTo(3.0 * rows * columns);
    }
  }

  /** The gradient of ⟨w, A(x)⟩ is Aᵀw: its product with any d is ⟨w, A(x + d) - A(x)⟩. */
  @Test
  void gradientIsTheTransposedMap() {
    INDArray images = random(1);
    INDArray weights = random(2);
    INDArray direction = random(3);
    Result at = run(ALL, 0.9, images, weights);
    INDArray beside = run(ALL, 0.9, images.add(direction), weights).images();
    double change = beside.sub(at.images()).mul(weights).sumNumber().doubleValue();
    double slope = at.gradient().mul(direction).sumNumber().doubleValue();
    assertThat(slope).isCloseTo(change, within(1e-9));
    assertThat(Math.abs(change)).isGreaterThan(1);
  }

  /** A warp of what a warp has made, which itself depends on what is differentiated. */
  @Test
  void gradientsPassSeveralWarps() {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    SDVariable x = builder.input("images", SHAPE);
    SDVariable first = GEOMETRY.apply(builder, "a ", x.mul(x), SHAPE);
    SDVariable second = GEOMETRY.apply(builder, "b ", first.mul(x), SHAPE);
    builder.output("sum", second.mul(builder.input("weights", SHAPE)).sum());
    INDArray gradient = Nd4j.create(DataType.DOUBLE, SHAPE);
    INDArray sum = Nd4j.scalar(DataType.DOUBLE, 0);
    INDArray images = random(1);
    try (AugmentationDraws a = draws(GEOMETRY, 1);
        AugmentationDraws b = draws(GEOMETRY, 0.8)) {
      Graph graph = builder.build("sum", List.of("images"));
      Bindings bindings =
          new Bindings(graph)
              .bind("images", images)
              .bind("weights", random(2))
              .bind("sum", sum)
              .bind(Graph.gradientOf("images"), gradient);
      try (Program program = CompiledGraph.compile(b.bind(a.bind(bindings, "a "), "b "))) {
        program.run();
        INDArray slopes = gradient.dup();
        INDArray direction = random(3).mul(1e-5);
        images.addi(direction);
        program.run();
        double up = sum.getDouble(0);
        images.subi(direction.mul(2));
        program.run();
        double expected = (up - sum.getDouble(0)) / 2;
        double slope = slopes.mul(direction).sumNumber().doubleValue();
        assertThat(slope).isCloseTo(expected, within(1e-7 * Math.abs(expected)));
      }
    }
  }

  private static AugmentationDraws draws(AdaptiveAugment augmentation, double probability) {
    AugmentationDraws draws = augmentation.draws(DataType.DOUBLE, SHAPE);
    draws.draw(new CounterRandom(0, Stream.AUGMENTATION, 5, 0), probability);
    return draws;
  }

  private static Result run(
      AdaptiveAugment augmentation, double probability, INDArray images, INDArray weights) {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    SDVariable x = builder.input("images", SHAPE);
    SDVariable augmented = augmentation.apply(builder, "augment ", x, SHAPE);
    builder.output("augmented", augmented);
    builder.output("product", augmented.mul(builder.input("weights", SHAPE)).sum());
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
    try (AugmentationDraws draws = draws(augmentation, probability);
        Program program = CompiledGraph.compile(draws.bind(bindings, "augment "))) {
      program.run();
    }
    return new Result(result, gradient);
  }

  private static INDArray smooth() {
    INDArray array = Nd4j.create(DataType.DOUBLE, SHAPE);
    for (int i = 0; i < array.length(); i++) {
      int row = i / 3 / SIDE % SIDE;
      array.data().put(i, smooth(i / 3 % SIDE, row));
    }
    return array;
  }

  /** Without any symmetry. */
  private static double smooth(double column, double row) {
    return Math.sin(0.35 * column + 0.2)
        + 0.7 * Math.cos(0.3 * row)
        + 0.3 * Math.sin(0.2 * column + 0.3 * row);
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
