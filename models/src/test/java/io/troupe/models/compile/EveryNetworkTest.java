package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import io.troupe.models.networks.biggan.BigGanVariants;
import io.troupe.models.networks.stylegan2.MappingNetwork;
import io.troupe.models.networks.stylegan2.StyleGan2Discriminator;
import io.troupe.models.networks.stylegan2.StyleGan2Settings;
import io.troupe.models.networks.stylegan2.SynthesisNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every network with all its gradients: compiled with ND4J's kernels bit for bit as by SameDiff,
 * and with ours up to rounding.
 */
@Tag("parity")
class EveryNetworkTest {
  private static final int BATCH = 4;
  private static final int CLASSES = 3;
  private static final int LATENTS = 8;
  private static final double RESULT_TOLERANCE = 1e-5;

  /**
   * Gradients are not continuous: where rounding moves a ReLU's input across zero, those of a small
   * batch differ by a thousandth. Kernels are compared more closely one by one.
   */
  private static final double GRADIENT_TOLERANCE = 1e-2;

  /**
   * Some gradients are zero but for rounding, as that of a bias before batch norm. What counts as
   * much as nothing is this share of the largest root mean square of all gradients.
   */
  private static final double NOTHING = 1e-2;

  private enum Network {
    BIGGAN_GENERATOR,
    BIGGAN_DISCRIMINATOR,
    BIGGAN_GENERATOR_WITH_OPTIONS,
    BIGGAN_DISCRIMINATOR_WITH_OPTIONS,
    DCGAN_GENERATOR,
    DCGAN_DISCRIMINATOR,
    STYLEGAN2_GENERATOR,
    STYLEGAN2_DISCRIMINATOR;

    /** The shape of its result. */
    long[] shape() {
      return switch (this) {
        case BIGGAN_GENERATOR, BIGGAN_GENERATOR_WITH_OPTIONS, STYLEGAN2_GENERATOR ->
            new long[] {BATCH, 32, 32, 3};
        case DCGAN_GENERATOR -> new long[] {BATCH, 64, 64, 3};
        default -> new long[] {BATCH, 1};
      };
    }

    /** Adds the network; wide enough for the kernels of wide networks. */
    SDVariable apply(GraphBuilder graph, Scope scope) {
      GanNetworks bigGan = networks("biggan", 32, 32);
      GanNetworks variant =
          GanNetworks.of(
              BigGanVariants.network(LATENTS, 32, 32, BigGanVariants.biggan(true, 6, 16, 16)),
              ImageSpec.rgb(32, CLASSES));
      GanNetworks dcGan = networks("dcgan", 8, 64);
      StyleGan2Settings style = StyleGan2Settings.small(CLASSES);
      return switch (this) {
        case BIGGAN_GENERATOR -> bigGan.images(scope, inputs(graph));
        case BIGGAN_DISCRIMINATOR ->
            bigGan.logits(scope, pictures(graph, 32), labels(graph), BATCH, 2);
        case BIGGAN_GENERATOR_WITH_OPTIONS -> variant.images(scope, inputs(graph));
        case BIGGAN_DISCRIMINATOR_WITH_OPTIONS ->
            variant.logits(scope, pictures(graph, 32), labels(graph), BATCH, 2);
        case DCGAN_GENERATOR -> dcGan.images(scope, inputs(graph));
        case DCGAN_DISCRIMINATOR ->
            dcGan.logits(scope, pictures(graph, 64), labels(graph), BATCH, 2);
        case STYLEGAN2_GENERATOR -> styleGan2(graph, scope, style);
        case STYLEGAN2_DISCRIMINATOR ->
            new StyleGan2Discriminator(style)
                .logits(scope, pictures(graph, 32), labels(graph), BATCH, 1);
      };
    }

    private static GeneratorInputs inputs(GraphBuilder graph) {
      return new GeneratorInputs(
          latents(graph, LATENTS), labels(graph), List.of(), Optional.empty(), BATCH);
    }

    private static GanNetworks networks(String kind, int channels, int size) {
      return GanNetworks.of(
          PlainNetworks.of(kind, LATENTS, channels, channels, 0.05), ImageSpec.rgb(size, CLASSES));
    }

    private static SDVariable styleGan2(
        GraphBuilder graph, Scope scope, StyleGan2Settings settings) {
      SynthesisNetwork synthesis = new SynthesisNetwork(settings);
      SDVariable style =
          new MappingNetwork(settings)
              .styles(scope.child("mapping"), latents(graph, settings.latentSize()), labels(graph));
      List<SDVariable> noise = new ArrayList<>();
      for (List<Long> shape : synthesis.noiseShapes(BATCH)) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        noise.add(graph.input("noise" + noise.size(), sizes));
      }
      SDVariable styles = synthesis.repeated(graph.sameDiff(), style, BATCH);
      return synthesis.images(scope.child("synthesis"), styles, noise, BATCH);
    }

    private static SDVariable latents(GraphBuilder graph, long size) {
      return graph.input("latents", BATCH, size);
    }

    private static SDVariable labels(GraphBuilder graph) {
      return graph.input("labels", BATCH, CLASSES);
    }

    private static SDVariable pictures(GraphBuilder graph, long size) {
      return graph.input("pictures", BATCH, size, size, 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithSameDiff(Network network) {
    Map<String, float[]> reference = run(network, SameDiffProgram::compile);
    Map<String, float[]> plain = run(network, CompiledGraph::withoutReplacements);
    Map<String, float[]> fast = run(network, CompiledGraph::compile);
    double largest =
        reference.entrySet().stream()
            .filter(e -> !e.getKey().equals("result"))
            .mapToDouble(e -> size(e.getValue()))
            .max()
            .orElseThrow();
    assertThat(largest).isGreaterThan(0);
    for (String name : reference.keySet()) {
      assertThat(plain.get(name)).as(name).isEqualTo(reference.get(name));
      float[] expected = reference.get(name);
      float[] difference = new float[expected.length];
      for (int i = 0; i < expected.length; i++) {
        difference[i] = fast.get(name)[i] - expected[i];
      }
      if (name.equals("result")) {
        assertThat(size(difference) / size(expected)).as(name).isLessThan(RESULT_TOLERANCE);
      } else {
        double scale = Math.max(size(expected), NOTHING * largest);
        assertThat(size(difference) / scale).as(name).isLessThan(GRADIENT_TOLERANCE);
      }
    }
  }

  private static double size(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  private static Map<String, float[]> run(Network network, ProgramCompiler compiler) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope("net/", BatchNormMode.BATCH);
    SDVariable result = network.apply(graph, scope);
    graph.output("result", result);
    graph.output("loss", result.mul(result).add(result).mean());
    ParameterLayout layout = scope.layout();
    List<String> differentiated =
        new ArrayList<>(
            layout.slots().stream()
                .filter(ParameterLayout.Slot::trainable)
                .map(slot -> "net/" + slot.name())
                .toList());
    Graph built = graph.build("loss", differentiated);
    try (ParameterVector values = new ParameterVector(layout, DataType.FLOAT)) {
      values.initialise(1, 1);
      layout.slots().stream()
          .filter(slot -> slot.name().endsWith("gamma"))
          .forEach(slot -> values.view(slot.name()).assign(0.5));
      Bindings bindings = new Bindings(built).bindNetwork("net/", values);
      List<INDArray> inputs = new ArrayList<>();
      built
          .inputs()
          .forEach(
              (name, shape) -> {
                if (!name.startsWith("net/")) {
                  inputs.add(input(name, shape));
                  bindings.bind(name, inputs.get(inputs.size() - 1));
                }
              });
      Map<String, INDArray> outputs = new LinkedHashMap<>();
      outputs.put("result", Nd4j.create(DataType.FLOAT, network.shape()));
      for (String name : differentiated) {
        outputs.put(Graph.gradientOf(name), Nd4j.create(DataType.FLOAT, built.inputs().get(name)));
      }
      outputs.forEach(bindings::bind);
      Map<String, float[]> results = new LinkedHashMap<>();
      try (Program program = compiler.compile(bindings)) {
        program.run();
        outputs.forEach((name, array) -> results.put(name, array.dup().data().asFloat()));
      }
      inputs.forEach(INDArray::close);
      outputs.values().forEach(INDArray::close);
      return results;
    }
  }

  private static INDArray input(String name, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    CounterRandom random = new CounterRandom(6, Stream.INITIALISATION, 0, name.length());
    for (long i = 0; i < array.length(); i++) {
      boolean hot = i % shape[shape.length - 1] == i / shape[shape.length - 1] % CLASSES;
      array.data().put(i, name.equals("labels") ? (hot ? 1 : 0) : (float) random.nextGaussian());
    }
    return array;
  }
}
