package io.troupe.models.published;

import java.util.List;

/**
 * The published tensor that one of ours is.
 *
 * @param name in the published program
 */
record Counterpart(String name, Arrangement arrangement) {
  /** Its shape there. */
  List<Long> shape() {
    return arrangement.published();
  }
}
