package io.troupe.models.penalties;

import io.troupe.models.autodiff.ForwardMode;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Path length regularisation of a generator (Karras et al., "Analyzing and improving the image
 * quality of StyleGAN", 2020, section 3.2): weight * E(‖Jᵀy‖ - a)², where J is the Jacobian of the
 * pictures with respect to the latents, y is normal noise over √(H * W), and a is the moving
 * average of the lengths ‖Jᵀy‖, this batch's mean included.
 *
 * <p>With one latent for each layer a length is the root of the layers' mean square. As in the
 * authors' implementation the batch's share in a is differentiated as well.
 *
 * <p>The first graph computes Jᵀy, which the second takes as a constant g. There the penalty's
 * parameter gradients are those of the tangent of ⟨G(w), y⟩ along g_n times the penalty's
 * derivative with respect to the n-th length, over that length. Latents may be computed from
 * parameters (a mapping network) in the second graph: the gradients then reach these as well.
 *
 * <p>Both programs must see the same parameters, states and latents: only the second one may have
 * next states bound.
 *
 * @param decay the batch's weight in the moving average, in (0, 1]
 */
public record PathLength(double decay) {
  /** The latents: the first graph's input. */
  public static final String LATENTS = "path latents";

  /** Jᵀy, in the latents' shape: the first graph's output, the second one's input. */
  public static final String GRADIENT = Graph.gradientOf(LATENTS);

  /** Standard normal noise in the pictures' shape, an input of both graphs; they scale it. */
  public static final String NOISE = "noise";

  /** The moving average before the step, an input of the second graph, [1]; at first 0. */
  public static final String MEAN = "mean length";

  /** The moving average after the step, an output of the second graph, [1]. */
  public static final String NEXT_MEAN = "next mean length";

  /** The penalty, a scalar output of the second graph. */
  public static final String PENALTY = "penalty";

  /**
   * The mean length of all micro-batches of a step, [1]: an output of {@link #lengthGraph}, whose
   * mean over them is an input of {@link #penaltyGraph}.
   */
  public static final String BATCH_MEAN = "batch mean length";

  private static final String LOSS = "loss";

  /**
   * What is differentiated.
   *
   * @param synthesis latents to pictures
   * @param latents shape of the latents: N, size or N, layers, size
   * @param pictures shape of the pictures: N, H, W, C
   */
  public record Generator(NetworkFunction synthesis, List<Long> latents, List<Long> pictures) {
    /** Copies the shapes. */
    public Generator {
      latents = List.copyOf(latents);
      pictures = List.copyOf(pictures);
    }

    /** ⟨G(w), y⟩, summed over the batch. */
    private SDVariable product(GraphBuilder graph, SDVariable w) {
      SDVariable noise = graph.input(NOISE, array(pictures));
      double scale = 1 / Math.sqrt((double) pictures.get(1) * pictures.get(2));
      return synthesis.apply(graph, w).mul(noise).sum().mul(scale);
    }

    private long[] latentShape() {
      return array(latents);
    }

    private static long[] array(List<Long> shape) {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /** The first graph: {@link #GRADIENT} from {@link #LATENTS} and {@link #NOISE}. */
  public static Graph gradientGraph(DataType type, Generator generator) {
    GraphBuilder graph = new GraphBuilder(type);
    SDVariable w = graph.input(LATENTS, generator.latentShape());
    graph.output(LOSS, generator.product(graph, w));
    return graph.build(LOSS, List.of(LATENTS));
  }

  /** The mean length of a micro-batch, {@link #BATCH_MEAN}, from {@link #GRADIENT}. */
  public static Graph lengthGraph(DataType type, Generator generator) {
    GraphBuilder graph = new GraphBuilder(type);
    long[] shape = generator.latentShape();
    SDVariable lengths = lengths(graph.sameDiff(), graph.input(GRADIENT, shape), shape);
    graph.output(BATCH_MEAN, graph.sameDiff().reshape(lengths.mean(), 1));
    return graph.build();
  }

  /**
   * The second graph: {@link #PENALTY}, {@link #NEXT_MEAN} and the penalty's gradients with respect
   * to parameters, named by {@link Graph#gradientOf}, from {@link #GRADIENT}, {@link #NOISE},
   * {@link #MEAN} and {@link PenaltyWeight}'s.
   *
   * @param latents adds what the latents are: an input, or a mapping network. Their values must be
   *     those that the first program read
   * @param parameters full names of the differentiated inputs
   * @param partial whether it is for one of several micro-batches, and reads {@link #BATCH_MEAN}
   *     too: means over the micro-batches of its penalty and gradients are those of the whole
   *     batch, and each has the whole batch's next mean
   */
  public Graph penaltyGraph(
      DataType type,
      Generator generator,
      Function<GraphBuilder, SDVariable> latents,
      List<String> parameters,
      boolean partial) {
    GraphBuilder graph = new GraphBuilder(type);
    SDVariable w = latents.apply(graph);
    SDVariable gradient = graph.input(GRADIENT, generator.latentShape());
    SDVariable product = generator.product(graph, w);
    SDVariable direction =
        gradient.mul(coefficients(graph, gradient, partial, generator.latentShape()));
    try (ForwardMode forward = new ForwardMode(graph, Map.of(w.name(), direction))) {
      graph.output(LOSS, forward.tangent(product));
    }
    return graph.build(LOSS, parameters);
  }

  /** The penalty's derivative with respect to each length, over that length: [N, 1, ...]. */
  private SDVariable coefficients(
      GraphBuilder graph, SDVariable gradient, boolean partial, long... shape) {
    SameDiff ops = graph.sameDiff();
    SDVariable lengths = lengths(ops, gradient, shape);
    SDVariable ofBatch = partial ? graph.input(BATCH_MEAN, 1) : lengths.mean();
    SDVariable mean = graph.input(MEAN, 1).mul(1 - decay).add(ofBatch.mul(decay));
    SDVariable excess = lengths.sub(mean);
    graph.output(NEXT_MEAN, mean);
    graph.output(PENALTY, PenaltyWeight.mean(graph, excess));
    SDVariable meanExcess = partial ? ofBatch.sub(mean) : excess.mean();
    // Each length moves the mean by decay / N.
    SDVariable slope = PenaltyWeight.scaled(graph, excess.sub(meanExcess.mul(decay)));
    SDVariable inverse = ops.math().reciprocal(ops.scalarMax(lengths, GradientPenalty.LEAST_NORM));
    return slope.mul(inverse).mul(1.0 / layers(shape));
  }

  /** [N, 1, ...]. */
  private static SDVariable lengths(SameDiff ops, SDVariable gradient, long... shape) {
    long batch = shape[0];
    long layers = layers(shape);
    long[] each = new long[shape.length];
    Arrays.fill(each, 1);
    each[0] = batch;
    SDVariable rows = ops.reshape(gradient.mul(gradient), batch, layers * shape[shape.length - 1]);
    return ops.math().sqrt(ops.reshape(rows.sum(1), each).mul(1.0 / layers));
  }

  private static long layers(long... shape) {
    return shape.length == 3 ? shape[1] : 1;
  }
}
