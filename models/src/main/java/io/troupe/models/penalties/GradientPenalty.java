package io.troupe.models.penalties;

import io.troupe.models.autodiff.ForwardMode;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A penalty on the norm of a discriminator's gradient with respect to each picture: weight *
 * E(‖∇D(x)‖ - centre)². With centre 0 it is R1 or R2 (Mescheder et al., "Which training methods for
 * GANs do actually converge?", 2018), on real or on generated pictures, whose gamma is twice the
 * weight; with centre 1 that of WGAN-GP (Gulrajani et al., 2017). Where pictures of a batch affect
 * each other's logits, the gradient is that of the sum of the logits.
 *
 * <p>The first graph's gradients v are bound to the second, which takes them as constants. There
 * the penalty's parameter gradients are those of the tangent of the summed logits along v_n times
 * the penalty's derivative with respect to v_n's norm, over that norm.
 *
 * <p>Both programs must see the same parameters and states: neither may write next states that the
 * other one still reads, so only the second one may have them bound.
 *
 * <p>Several sets of pictures, such as real and generated ones, are judged and differentiated in
 * one pass, and their penalties added.
 *
 * @param centre the norm without penalty, at least 0
 * @param sets of pictures
 */
public record GradientPenalty(double centre, int sets) {
  /**
   * The input for the pictures in both graphs; of the second set and further ones {@link #input}.
   */
  public static final String INPUT = "input";

  /** The gradients v, in the pictures' shape: the first graph's output, the second one's input. */
  public static final String GRADIENT = Graph.gradientOf(INPUT);

  /** The penalty, a scalar output of the second graph. */
  public static final String PENALTY = "penalty";

  private static final String LOSS = "loss";

  /** The least norm that is divided by: a zero gradient has no direction, and stays zero. */
  static final double LEAST_NORM = 1e-12;

  /** Of one set of pictures. */
  public GradientPenalty(double centre) {
    this(centre, 1);
  }

  /** The input for the pictures of a set, from 0. */
  public static String input(int set) {
    return set == 0 ? INPUT : INPUT + " " + (set + 1);
  }

  /**
   * The first graph: {@link #GRADIENT} from {@link #INPUT}, for each set.
   *
   * @param discriminator pictures of all sets, one after the other, to logits
   * @param shape of the pictures of a set, the batch first
   */
  public Graph gradientGraph(DataType type, NetworkFunction discriminator, long... shape) {
    GraphBuilder graph = new GraphBuilder(type);
    List<String> inputs = IntStream.range(0, sets).mapToObj(GradientPenalty::input).toList();
    SDVariable logits = discriminator.apply(graph, joined(graph, inputs, shape));
    graph.output(LOSS, logits.sum());
    return graph.build(LOSS, inputs);
  }

  private static SDVariable joined(GraphBuilder graph, List<String> inputs, long... shape) {
    SDVariable[] parts =
        inputs.stream().map(name -> graph.input(name, shape)).toArray(SDVariable[]::new);
    return parts.length == 1 ? parts[0] : graph.sameDiff().concat(0, parts);
  }

  /**
   * The second graph: {@link #PENALTY} and its gradients with respect to parameters, named by
   * {@link Graph#gradientOf}, from {@link #INPUT}, {@link #GRADIENT} and {@link PenaltyWeight}'s.
   *
   * @param discriminator as in the first graph
   * @param parameters full names of the differentiated inputs
   * @param shape of the pictures of a set, the batch first
   */
  public Graph penaltyGraph(
      DataType type, NetworkFunction discriminator, List<String> parameters, long... shape) {
    GraphBuilder graph = new GraphBuilder(type);
    List<String> inputs = IntStream.range(0, sets).mapToObj(GradientPenalty::input).toList();
    SDVariable input = joined(graph, inputs, shape);
    SDVariable gradient = joined(graph, inputs.stream().map(Graph::gradientOf).toList(), shape);
    SDVariable sum = discriminator.apply(graph, input).sum();
    long[] all = shape.clone();
    all[0] *= sets;
    SDVariable direction = gradient.mul(coefficients(graph, gradient, all));
    try (ForwardMode forward = new ForwardMode(graph, Map.of(input.name(), direction))) {
      graph.output(LOSS, forward.tangent(sum));
    }
    return graph.build(LOSS, parameters);
  }

  /** The penalty's derivative with respect to each norm, over that norm: [N, 1, ...]. */
  private SDVariable coefficients(GraphBuilder graph, SDVariable gradient, long... shape) {
    SameDiff ops = graph.sameDiff();
    long batch = shape[0];
    long[] each = new long[shape.length];
    Arrays.fill(each, 1);
    each[0] = batch;
    SDVariable rows = ops.reshape(gradient.mul(gradient), batch, length(shape) / batch);
    SDVariable norms = ops.math().sqrt(ops.reshape(rows.sum(1), each));
    SDVariable excess = norms.sub(centre);
    graph.output(PENALTY, PenaltyWeight.mean(graph, excess));
    SDVariable inverse = ops.math().reciprocal(ops.scalarMax(norms, LEAST_NORM));
    return PenaltyWeight.scaled(graph, excess.mul(inverse));
  }

  private static long length(long... shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }
}
