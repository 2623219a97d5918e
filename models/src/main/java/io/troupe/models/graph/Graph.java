package io.troupe.models.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A function of named inputs with named outputs, as a SameDiff graph in which every input is a
 * placeholder.
 *
 * @param inputs shape by name
 * @param outputs the SameDiff variable by name
 * @param warps placeholders that are no inputs: what an engine fills them with
 */
public record Graph(
    SameDiff function,
    DataType type,
    Map<String, long[]> inputs,
    Map<String, String> outputs,
    Map<String, Warp> warps) {

  /** Copies the maps; they keep the order of declaration, so that no result depends on hashing. */
  public Graph {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    warps = Map.copyOf(warps);
  }

  /** The name of the output that holds the loss's gradient with respect to an input. */
  public static String gradientOf(String input) {
    return "gradient of " + input;
  }
}
