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
import java.util.List;
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
    INDArray images = random(1);
    int before = 0;
    for (double probability : new double[] {0.05, 0.2, 0.5, 1}) {
      INDArray augmented = run(GEOMETRY, probability, images, images).images();
      int changed = 0;
      for (int i = 0; i < BATCH; i++) {
        if (!augmented.slice(i).equals(images.slice(i))) {
          changed++;
        }
      }
      // Of five transformations that each happen so often; four in a thousand draws are outside.
      double expected = BATCH * (1 - Math.pow(1 - probability, 4));
      assertThat((double) changed).isBetween(expected - 7.1, expected + 7.1);
      assertThat(changed).isGreaterThanOrEqualTo(before);
      before = changed;
    }
    assertThat(before).isEqualTo(BATCH);
  }

  /** Turns and mirrors move pixels as they are, but for what a filter that is not even leaves. */
  @Test
  void wholePixelsStayNearlyWhole() {
    INDArray images = smooth();
    INDArray augmented = run(BLIT, 1, images, images).images();
    for (int i = 0; i < BATCH; i++) {
      double largest = 0;
      for (int y = 4; y < 12; y++) {
        for (int x = 4; x < 12; x++) {
          double found = augmented.getDouble(i, y, x, 0);
          double nearest = 9;
          for (int k = 0; k < SIDE * SIDE; k++) {
            nearest =
                Math.min(nearest, Math.abs(images.getDouble(i, k / SIDE, k % SIDE, 0) - found));
          }
          largest = Math.max(largest, nearest);
        }
      }
      assertThat(largest).isLessThan(0.02);
    }
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
    for (long i = 0; i < array.length(); i++) {
      long column = i / 3 % SIDE;
      long row = i / 3 / SIDE % SIDE;
      array.data().put(i, Math.sin(0.2 * column) * Math.cos(0.3 * row));
    }
    return array;
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
