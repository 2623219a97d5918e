package io.troupe.models.networks;

import io.troupe.models.graph.Scope;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A generator in two parts, of which the first makes styles: what path length regularisation and
 * style mixing need. It has a state {@link #PATH_LENGTH}, which training alone writes.
 */
public interface StyledNetworks {
  /** The state that holds the moving mean of path lengths, [1]. */
  String PATH_LENGTH = "pathLength";

  /** Length of a style. */
  int styleSize();

  /** Adds what makes styles, and follows their mean: [N, styles, styleSize]. */
  SDVariable styles(Scope scope, GeneratorInputs inputs);

  /** Adds what makes images of styles: [N, size, size, channels]. */
  SDVariable synthesis(Scope scope, SDVariable styles, List<SDVariable> noise, long batch);
}
