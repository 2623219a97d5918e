package io.troupe.models.export;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A generator with its values as constants, as other programs run it: of any number N of pictures,
 * each of which depends on its own inputs only. Batch norm takes its running statistics.
 *
 * <p>Inputs, as far as the generator reads them: {@link #LATENT}, {@link #CLASS} and {@link
 * #TRUNCATION}. Output: {@link #IMAGE}. StyleGAN2's noise is the same for every picture: constants,
 * standard normal, from stream {@code PICTURE_NOISE} of seed 0, in the order of the convolutions.
 */
public final class ExportedGenerator implements AutoCloseable {
  /** Standard normal numbers, float32 [N, latent size]. */
  public static final String LATENT = "latent";

  /** Labels from 0 on, int64 [N]. */
  public static final String CLASS = "class";

  /** What styles' differences from the mean style are multiplied by, float32 [1]: 1 is none. */
  public static final String TRUNCATION = "truncation";

  /** Pictures, float32 [N, channels, height, width], meant to be in [-1, 1]. */
  public static final String IMAGE = "image";

  private final ImageSpec spec;
  private final Graph graph;
  private final FlatGraph flat;
  private final List<INDArray> bound;

  private ExportedGenerator(ImageSpec spec, Graph graph, FlatGraph flat, List<INDArray> bound) {
    this.spec = spec;
    this.graph = graph;
    this.flat = flat;
    this.bound = bound;
  }

  /**
   * A generator.
   *
   * @param values its parameters and states, in the order of its layout; they are copied
   */
  public static ExportedGenerator of(NetworkSettings settings, ImageSpec spec, FloatVector values) {
    GanNetworks networks = GanNetworks.of(settings, spec);
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    Scope scope = builder.scope("", BatchNormMode.RUNNING);
    SameDiff ops = builder.sameDiff();
    GeneratorInputs inputs =
        new GeneratorInputs(
            builder.input(LATENT, -1, settings.latentSize()),
            // A class that there is not becomes zeros; a row of a table would lie outside of it.
            ops.oneHot(
                builder.input(DataType.INT64, CLASS, -1), spec.classes(), -1, 1, 0, DataType.FLOAT),
            noise(ops, networks),
            Optional.empty(),
            GeneratorInputs.ANY);
    SDVariable pictures =
        NetworkFamily.of(settings).hasStyles()
            ? networks.truncated(scope, inputs, builder.input(TRUNCATION, 1))
            : networks.images(scope, inputs);
    builder.output(IMAGE, ops.permute(pictures, 0, 3, 1, 2).rename(IMAGE));
    Graph built = builder.build();
    try (ParameterVector vector = new ParameterVector(scope.layout(), DataType.FLOAT)) {
      vector.floats().assign(values);
      return of(spec, withConstants(built, vector));
    }
  }

  private static List<SDVariable> noise(SameDiff ops, GanNetworks networks) {
    CounterRandom random = new CounterRandom(0, Stream.PICTURE_NOISE, 0, 0);
    List<SDVariable> noise = new ArrayList<>();
    for (List<Long> shape : networks.noiseShapes(1)) {
      INDArray array =
          Nd4j.create(DataType.FLOAT, shape.stream().mapToLong(Long::longValue).toArray());
      for (long i = 0; i < array.length(); i++) {
        HostArray.set(array, i, random.nextGaussian());
      }
      noise.add(ops.constant(array));
    }
    return noise;
  }

  /** Makes constants of all inputs that are parameters or states. */
  private static Graph withConstants(Graph graph, ParameterVector values) {
    Map<String, long[]> inputs = new LinkedHashMap<>(graph.inputs());
    inputs.keySet().retainAll(List.of(LATENT, CLASS, TRUNCATION));
    List<SDVariable> fixed = new ArrayList<>();
    for (String name : graph.inputs().keySet()) {
      if (!inputs.containsKey(name)) {
        SDVariable variable = graph.function().getVariable(name);
        String slot = name.replace(Scope.DETACHED, "");
        graph.function().associateArrayWithVariable(values.view(slot).dup('c'), variable);
        fixed.add(variable);
      }
    }
    graph.function().convertToConstants(fixed);
    return new Graph(graph.function(), graph.type(), inputs, graph.outputs(), graph.warps());
  }

  private static ExportedGenerator of(ImageSpec spec, Graph graph) {
    List<INDArray> bound = new ArrayList<>();
    Bindings bindings = new Bindings(graph);
    graph
        .inputs()
        .forEach(
            (name, shape) -> {
              long[] one = shape.clone();
              one[0] = 1;
              DataType type = graph.function().getVariable(name).dataType();
              bound.add(Nd4j.create(type, one));
              bindings.bind(name, bound.get(bound.size() - 1));
            });
    bound.add(Nd4j.create(DataType.FLOAT, 1, spec.channels(), spec.size(), spec.size()));
    bindings.bind(IMAGE, bound.get(bound.size() - 1));
    return new ExportedGenerator(spec, graph, FlatGraph.of(bindings), bound);
  }

  /** The images that it makes. */
  public ImageSpec spec() {
    return spec;
  }

  /** Shape by name of the inputs that it reads; -1 is N. */
  public Map<String, long[]> inputs() {
    Map<String, long[]> read = new LinkedHashMap<>(graph.inputs());
    read.keySet().retainAll(flat.inputs().stream().map(FlatGraph.Node::name).toList());
    return read;
  }

  /** SameDiff's graph, of which {@link #flat} is the part that is needed. */
  Graph graph() {
    return graph;
  }

  /**
   * Its operations, as for one picture: a size of -1 among their arguments is N. What depends on
   * values alone is computed already.
   */
  FlatGraph flat() {
    return flat;
  }

  @Override
  public void close() {
    flat.close();
    bound.forEach(INDArray::close);
  }
}
