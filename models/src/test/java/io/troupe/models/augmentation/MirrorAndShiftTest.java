package io.troupe.models.augmentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** On pictures whose every pixel says where it is. */
class MirrorAndShiftTest {
  private static final int BATCH = 200;
  private static final int SIDE = 16;
  private static final long[] SHAPE = {BATCH, SIDE, SIDE, 1};

  @Test
  void changesNothingBeforeTheFirstDraw() {
    assertThat(changed(false)).isEqualTo(places());
  }

  /** A picture is what its pixels in the middle say of it. */
  @Test
  void mirrorsAndShiftsByUpToAnEighthWithReflection() {
    INDArray changed = changed(true);
    Set<Integer> downs = new HashSet<>();
    Set<Integer> rights = new HashSet<>();
    int mirrored = 0;
    for (int i = 0; i < BATCH; i++) {
      int place = at(changed, i, 8, 8);
      boolean mirror = at(changed, i, 8, 9) < place;
      int down = 8 - place / SIDE;
      int right = mirror ? 8 - (SIDE - 1 - place % SIDE) : 8 - place % SIDE;
      downs.add(down);
      rights.add(right);
      mirrored += mirror ? 1 : 0;
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int column = reflected(x - right);
          int expected = reflected(y - down) * SIDE + (mirror ? SIDE - 1 - column : column);
          assertThat(at(changed, i, y, x)).isEqualTo(expected);
        }
      }
    }
    assertThat(downs).containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
    assertThat(rights).containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
    assertThat(mirrored).isBetween(70, 130);
  }

  private static int at(INDArray pictures, int picture, int row, int column) {
    return (int) pictures.getDouble(picture, row, column, 0);
  }

  private static int reflected(int line) {
    return line < 0 ? -line : line >= SIDE ? 2 * (SIDE - 1) - line : line;
  }

  private static INDArray places() {
    INDArray places = Nd4j.create(DataType.DOUBLE, SHAPE);
    for (long i = 0; i < places.length(); i++) {
      places.data().put(i, i % (SIDE * SIDE));
    }
    return places;
  }

  private static INDArray changed(boolean drawn) {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    MirrorAndShift moves = new MirrorAndShift();
    builder.output("changed", moves.apply(builder, "m ", builder.input("places", SHAPE), SHAPE));
    INDArray result = Nd4j.create(DataType.DOUBLE, SHAPE);
    Bindings bindings =
        new Bindings(builder.build()).bind("places", places()).bind("changed", result);
    try (AugmentationDraws draws = moves.draws(DataType.DOUBLE, SHAPE)) {
      if (drawn) {
        draws.draw(new CounterRandom(0, Stream.CONSISTENCY, 1, 0), 1);
      }
      try (Program program = CompiledGraph.compile(draws.bind(bindings, "m "))) {
        program.run();
      }
    }
    return result;
  }
}
