package io.troupe.models.graph;

import io.troupe.config.RunSettings.BatchNormMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Builds one {@link Graph}: named inputs, operations on them, named outputs, and gradients of one
 * of the outputs.
 */
public final class GraphBuilder {
  private final SameDiff sameDiff = SameDiff.create();
  private final DataType type;
  private final Map<String, long[]> inputs = new LinkedHashMap<>();
  private final Map<String, String> outputs = new LinkedHashMap<>();
  private final Map<String, Warp> warps = new LinkedHashMap<>();

  /**
   * An empty graph.
   *
   * @param type of every array: FLOAT to train, DOUBLE to check gradients
   */
  public GraphBuilder(DataType type) {
    this.type = type;
  }

  /** Of every array. */
  public DataType type() {
    return type;
  }

  /** The operations. */
  public SameDiff sameDiff() {
    return sameDiff;
  }

  /** Adds an input of the graph's type. */
  public SDVariable input(String name, long... shape) {
    return input(type, name, shape);
  }

  /**
   * Adds an input.
   *
   * @param shape where it is -1, any size is bound
   */
  public SDVariable input(DataType type, String name, long... shape) {
    if (inputs.putIfAbsent(name, shape.clone()) != null) {
      throw new IllegalArgumentException("input " + name + " exists already");
    }
    return sameDiff.placeHolder(name, type, shape);
  }

  /**
   * Adds pictures that are sampled where affine maps say, each by its own ({@link Warp}).
   *
   * @param pictures [N, H, W, C]
   * @param maps for each picture six numbers, row by row, that take a place of the result, (right,
   *     down) from the centre in pixels, 1, to the place in the picture; [N, 6]; not differentiated
   * @param shape of the pictures
   * @return [N, H, W, C]
   */
  public SDVariable warp(SDVariable pictures, SDVariable maps, long... shape) {
    return warp(new Warp(false, pictures.name(), maps.name()), shape);
  }

  private SDVariable warp(Warp warp, long... shape) {
    String name = (warp.transposed() ? "warped back " : "warped ") + warps.size();
    SDVariable result = sameDiff.placeHolder(name, type, shape);
    warps.put(name, warp);
    return result;
  }

  /** What fills a placeholder that is no input. */
  public Optional<Warp> warp(String placeholder) {
    return Optional.ofNullable(warps.get(placeholder));
  }

  /** Adds the tangent of a warp along a tangent of its pictures, in their shape. */
  public SDVariable tangent(Warp warp, SDVariable tangent, long... shape) {
    return warp(warp.of(tangent.name()), shape);
  }

  /** 1 where a value is above 0, and else 0; without gradient. */
  public SDVariable positive(SDVariable values) {
    return values.gt(0).castTo(type);
  }

  /** Makes a variable an output. */
  public void output(String name, SDVariable variable) {
    if (outputs.putIfAbsent(name, variable.name()) != null) {
      throw new IllegalArgumentException("output " + name + " exists already");
    }
  }

  /**
   * A place for a network's layers.
   *
   * @param network begins the names of the network's inputs, e.g. {@code "generator/"}
   */
  public Scope scope(String network, BatchNormMode batchNorm) {
    return new Scope(this, network, "", new ParameterLayout.Recorder(), batchNorm);
  }

  /** The finished graph, without gradients. */
  public Graph build() {
    return new Graph(sameDiff, type, inputs, outputs, warps);
  }

  /**
   * The finished graph with gradients as further outputs, named {@link Graph#gradientOf}. The
   * gradient of an input that the loss does not depend on is zero.
   *
   * @param loss a scalar output
   * @param differentiated inputs
   */
  public Graph build(String loss, List<String> differentiated) {
    Set<String> connected = dependencies(outputs.get(loss));
    Map<String, String> zeros = new LinkedHashMap<>();
    for (String name : differentiated) {
      if (!connected.contains(name)) {
        zeros.put(name, sameDiff.constant(Nd4j.zeros(type, inputs.get(name))).name());
      }
    }
    Map<String, SDVariable> slopes = new LinkedHashMap<>();
    List<String> losses = new ArrayList<>(List.of(outputs.get(loss)));
    for (String warped : List.copyOf(warps.keySet())) {
      Set<String> sources = dependencies(warps.get(warped).pictures());
      if (connected.contains(warped) && differentiated.stream().anyMatch(sources::contains)) {
        losses.add(product(warped, slopes));
      }
    }
    // Of several, SameDiff differentiates the sum.
    sameDiff.setLossVariables(losses.toArray(String[]::new));
    sameDiff.createGradFunction(
        Stream.concat(differentiated.stream().filter(connected::contains), slopes.keySet().stream())
            .toArray(String[]::new));
    slopes.forEach(
        (warped, slope) ->
            warps.put(slope.name(), warps.get(warped).transposeOf(sameDiff.grad(warped).name())));
    for (String name : differentiated) {
      String gradient = zeros.get(name);
      outputs.put(Graph.gradientOf(name), gradient == null ? sameDiff.grad(name).name() : gradient);
    }
    return new Graph(sameDiff.getFunction("grad"), type, inputs, outputs, warps);
  }

  /**
   * Adds what SameDiff is to differentiate in place of a warp, which it does not know: the product
   * of its pictures with what the transpose makes of the loss's gradient by its result.
   */
  private String product(String warped, Map<String, SDVariable> slopes) {
    SDVariable pictures = sameDiff.getVariable(warps.get(warped).pictures());
    SDVariable slope =
        sameDiff.placeHolder(
            Graph.gradientOf("what is " + warped), type, sameDiff.getVariable(warped).getShape());
    slopes.put(warped, slope);
    return pictures.mul(slope).sum().name();
  }

  /** The floating-point variables from which gradients of a variable can flow. */
  private Set<String> dependencies(String variable) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(variable));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (sameDiff.getVariable(next).dataType().isFPType() && found.add(next)) {
        warp(next).ifPresent(warp -> open.add(warp.pictures()));
        String operation = sameDiff.getVariables().get(next).getOutputOfOp();
        if (operation != null && sameDiff.getOps().get(operation).getInputsToOp() != null) {
          open.addAll(sameDiff.getOps().get(operation).getInputsToOp());
        }
      }
    }
    return found;
  }

  long[] shape(String input) {
    return inputs.get(input);
  }
}
