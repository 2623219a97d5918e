package io.troupe.actors.history;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The sample grids of a run.
 *
 * @param grids by rising steps
 * @param rows the classes of the rows; empty if rows are no classes, or it is not known
 * @param columns pictures of a row; empty if it is not known
 * @param picture side of a picture, in pixels; empty if it is not known
 * @param gap pixels between pictures and around them
 */
public record GridList(
    List<Row> grids,
    Optional<List<String>> rows,
    OptionalInt columns,
    OptionalInt picture,
    int gap) {
  /** A grid. */
  public record Row(long step, String file, long bytes, Instant at) {}
}
