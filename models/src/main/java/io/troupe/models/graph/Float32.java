package io.troupe.models.graph;

import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SameDiff;

/** Matrix products that are computed in float32 in mixed precision too. */
public final class Float32 {
  private static final String NAME = "float32";

  private Float32() {}

  /** Until it is closed, products that are added to a graph are such. */
  public static NameScope products(SameDiff ops) {
    return ops.withNameScope(NAME);
  }

  /** Whether an operation or a result of this name was added so. */
  public static boolean covers(String name) {
    return name.startsWith(NAME + "/");
  }
}
