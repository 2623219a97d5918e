package io.troupe.models.graph;

import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Matrix products that are computed in float32 in mixed precision too. */
public final class Float32 {
  private static final String NAME = "float32";

  private Float32() {}

  /** What the supplier adds to a graph, of which all products are such, and their gradients. */
  public static SDVariable products(SameDiff ops, Supplier<SDVariable> added) {
    NameScope scope = ops.withNameScope(NAME);
    try {
      return added.get();
    } finally {
      scope.close();
    }
  }

  /** Whether an operation or a result of this name was added so. */
  public static boolean covers(String name) {
    return name.startsWith(NAME + "/");
  }
}
