package io.troupe.models.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.weights.StoredTensor;
import io.troupe.models.weights.WeightsFile;
import io.troupe.models.weights.WeightsGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights that PyTorch programs wrote ({@code scripts/fixtures/published.py}) compute the same. */
@Tag("parity")
class PublishedNetworksTest {
  private static final Path FILES = Path.of("src/test/resources/io/troupe/models/published");
  private static final double TOLERANCE = 1e-4;

  /** Networks of files, as ours. */
  private record Pair(
      NetworkSettings settings,
      ImageSpec spec,
      NetworkLayouts layouts,
      WeightsGroup generator,
      WeightsGroup discriminator) {
    static Pair of(WeightsGroup generator, WeightsGroup discriminator) throws MisfitException {
      RecognisedNetworks networks =
          RecognisedNetworks.of(
              List.of(
                  RecognisedNetworks.recognise(generator).orElseThrow(),
                  RecognisedNetworks.recognise(discriminator).orElseThrow()));
      List<String> settings = new ArrayList<>();
      networks.settings().forEach((key, value) -> settings.add(key + "=" + value));
      NetworkSettings network =
          SettingsLoader.load(networks.program().preset(), List.of(), settings).network();
      return new Pair(
          network,
          networks.spec(),
          NetworkLayouts.of(network, networks.spec()),
          generator,
          discriminator);
    }

    ParameterLayout layout(Part part) {
      return part == Part.GENERATOR ? layouts.generator() : layouts.discriminator();
    }

    PublishedNetwork published(Part part) throws MisfitException {
      return PublishedNetwork.of(settings, spec, part, layout(part));
    }
  }

  private static WeightsGroup group(WeightsFile file, String name) {
    assertThat(file.groups()).containsKey(name);
    return file.groups().get(name);
  }

  @ParameterizedTest
  @CsvSource({"dcgan,dcgan-discriminator", "biggan,biggan-discriminator"})
  void picturesAndLogitsOfStateDictsAreTheSame(String generator, String discriminator)
      throws Exception {
    try (WeightsFile made = WeightsFile.open(FILES.resolve(generator + ".pth"));
        WeightsFile judging = WeightsFile.open(FILES.resolve(discriminator + ".pth"))) {
      Pair pair = Pair.of(group(made, ""), group(judging, ""));
      assertSame(pair, Part.GENERATOR, generator, "made", 1);
      assertSame(pair, Part.DISCRIMINATOR, discriminator, "made", 1);
    }
  }

  /** Without a shared embedding, in the format of before PyTorch 1.6. */
  @Test
  void picturesOfAnOlderFileAreTheSame() throws Exception {
    try (WeightsFile made = WeightsFile.open(FILES.resolve("biggan-plain.pth"))) {
      assertThat(made.format()).isEqualTo("PyTorch, before version 1.6");
      Recognised alone = RecognisedNetworks.recognise(group(made, "")).orElseThrow();
      RecognisedNetworks networks = RecognisedNetworks.of(List.of(alone));
      List<String> settings = new ArrayList<>();
      networks.settings().forEach((key, value) -> settings.add(key + "=" + value));
      NetworkSettings network =
          SettingsLoader.load("biggan-cifar100", List.of(), settings).network();
      Pair pair =
          new Pair(
              network,
              networks.spec(),
              NetworkLayouts.of(network, networks.spec()),
              group(made, ""),
              group(made, ""));
      assertSame(pair, Part.GENERATOR, "biggan-plain", "made", 1);
    }
  }

  /** With classes and a residual discriminator, and without and with a plain one. */
  @ParameterizedTest
  @CsvSource({"stylegan2", "stylegan2-plain"})
  void picturesAndLogitsOfPicklesAreTheSame(String name) throws Exception {
    try (WeightsFile file = WeightsFile.open(FILES.resolve(name + ".pkl"))) {
      assertThat(file.foreignCalls()).isEmpty();
      Pair pair = Pair.of(group(file, "G_ema"), group(file, "D"));
      assertSame(pair, Part.GENERATOR, name, "made", 1);
      assertSame(pair, Part.GENERATOR, name, "truncated", 0.6);
      assertSame(pair, Part.DISCRIMINATOR, name + "-discriminator", "made", 1);
    }
  }

  /** Each way is the other's inverse, to the bit. */
  @ParameterizedTest
  @CsvSource({"dcgan,dcgan-discriminator", "biggan,biggan-discriminator", "stylegan2,"})
  void tensorsReturnAsTheyCame(String generator, String discriminator) throws Exception {
    String ending = discriminator == null ? ".pkl" : ".pth";
    try (WeightsFile made = WeightsFile.open(FILES.resolve(generator + ending));
        WeightsFile judging =
            WeightsFile.open(
                FILES.resolve((discriminator == null ? generator : discriminator) + ending))) {
      Pair pair =
          discriminator == null
              ? Pair.of(group(made, "G_ema"), group(judging, "D"))
              : Pair.of(group(made, ""), group(judging, ""));
      assertReturn(pair, Part.GENERATOR, pair.generator());
      assertReturn(pair, Part.DISCRIMINATOR, pair.discriminator());
    }
  }

  private static void assertReturn(Pair pair, Part part, WeightsGroup group) throws Exception {
    PublishedNetwork network = pair.published(part);
    try (FloatVector values = FloatVector.zeros(pair.layout(part).length())) {
      network.fill(group, values);
      for (PublishedNetwork.Tensor tensor : network.tensors()) {
        if (tensor instanceof PublishedNetwork.Ours ours) {
          float[] read = new float[(int) ours.slot().length()];
          values.read().get((int) ours.slot().offset(), read);
          assertThat(network.published(ours.slot(), read))
              .as(tensor.name())
              .isEqualTo(group.tensors().get(tensor.name()).values());
        }
      }
      assertThat(network.tensors().stream().map(PublishedNetwork.Tensor::name))
          .containsExactlyInAnyOrderElementsOf(group.tensors().keySet());
      for (PublishedNetwork.Tensor tensor : network.tensors()) {
        assertThat(tensor.shape())
            .as(tensor.name())
            .isEqualTo(group.tensors().get(tensor.name()).shape());
      }
    }
  }

  @Test
  void allThatDoesNotFitIsNamed() throws Exception {
    try (WeightsFile made = WeightsFile.open(FILES.resolve("dcgan.pth"));
        WeightsFile judging = WeightsFile.open(FILES.resolve("dcgan-discriminator.pth"))) {
      Map<String, StoredTensor> tensors = new LinkedHashMap<>(group(made, "").tensors());
      Pair pair = Pair.of(group(made, ""), group(judging, ""));
      tensors.remove("main.3.weight");
      tensors.put("extra.weight", tensors.get("main.0.weight"));
      tensors.put("main.1.bias", tensors.get("main.4.bias"));
      WeightsGroup changed = new WeightsGroup("", tensors, Map.of());
      try (FloatVector values = FloatVector.zeros(pair.layout(Part.GENERATOR).length())) {
        assertThatThrownBy(() -> pair.published(Part.GENERATOR).fill(changed, values))
            .isInstanceOf(MisfitException.class)
            .extracting(e -> ((MisfitException) e).problems())
            .asInstanceOf(InstanceOfAssertFactories.LIST)
            .containsExactlyInAnyOrder(
                "main.3.weight [8, 4, 4, 4] is missing",
                "main.1.bias has the shape [4], and [8] is expected",
                "extra.weight [6, 8, 4, 4] has no counterpart");
      }
    }
  }

  @Test
  void networksWithoutCounterpartAreRefused() {
    NetworkSettings compact =
        SettingsLoader.load("stylegan2-cifar100", List.of(), List.of()).network();
    ImageSpec spec = ImageSpec.rgb(32, 20);
    ParameterLayout layout = NetworkLayouts.of(compact, spec).generator();
    assertThatThrownBy(() -> PublishedNetwork.of(compact, spec, Part.GENERATOR, layout))
        .isInstanceOf(MisfitException.class)
        .hasMessageContaining("design compact is not StyleGAN2-ADA's");
  }

  private static void assertSame(Pair pair, Part part, String fixture, String output, double psi)
      throws Exception {
    Map<String, INDArray> arrays = read(fixture);
    INDArray expected = arrays.get(output);
    if (part == Part.DISCRIMINATOR) {
      expected = expected.reshape(expected.size(0), 1);
    }
    INDArray found = compute(pair, part, arrays, psi, expected.shape());
    double largest = expected.norm2Number().doubleValue() / Math.sqrt((double) expected.length());
    double distance = found.sub(expected).normmaxNumber().doubleValue();
    assertThat(largest).isGreaterThan(0.01);
    assertThat(distance).isLessThanOrEqualTo(TOLERANCE * Math.max(1, largest));
  }

  private static INDArray compute(
      Pair pair, Part part, Map<String, INDArray> arrays, double psi, long... shape)
      throws Exception {
    INDArray given = arrays.get("given");
    long count = given.size(0);
    GanNetworks networks = GanNetworks.of(pair.settings(), pair.spec());
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope("", BatchNormMode.RUNNING);
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put("given", given);
    inputs.put("classes", oneHot(arrays.get("classes"), pair.spec().classes()));
    SDVariable read = graph.input("given", given.shape());
    SDVariable classes = graph.input("classes", count, pair.spec().classes());
    if (part == Part.DISCRIMINATOR) {
      graph.output("out", networks.logits(scope, read, classes, count, 1));
    } else {
      List<SDVariable> noise = new ArrayList<>();
      for (List<Long> noiseShape : networks.noiseShapes(count)) {
        String name = "noise" + noise.size();
        INDArray one = arrays.get(name).reshape(1, noiseShape.get(1), noiseShape.get(2), 1);
        inputs.put(name, Nd4j.tile(one, (int) count, 1, 1, 1));
        noise.add(graph.input(name, noiseShape.stream().mapToLong(Long::longValue).toArray()));
      }
      GeneratorInputs all = new GeneratorInputs(read, classes, noise, Optional.empty(), count);
      if (psi == 1) {
        graph.output("out", networks.images(scope, all));
      } else {
        inputs.put("psi", Nd4j.createFromArray((float) psi));
        graph.output("out", networks.truncated(scope, all, graph.input("psi", 1)));
      }
    }
    INDArray out = Nd4j.create(DataType.FLOAT, shape);
    try (ParameterVector values = new ParameterVector(scope.layout(), DataType.FLOAT)) {
      pair.published(part)
          .fill(part == Part.GENERATOR ? pair.generator() : pair.discriminator(), values.floats());
      Bindings bindings = new Bindings(graph.build()).bindNetwork("", values).bind("out", out);
      inputs.forEach(bindings::bindIfPresent);
      try (Program program = CompiledGraph.compile(bindings)) {
        program.run();
      }
    }
    return out;
  }

  private static INDArray oneHot(INDArray classes, int count) {
    INDArray rows = Nd4j.zeros(DataType.FLOAT, classes.length(), count);
    for (int i = 0; i < classes.length(); i++) {
      rows.putScalar(i, count == 1 ? 0 : classes.getInt(i), 1);
    }
    return rows;
  }

  private static Map<String, INDArray> read(String name) throws IOException {
    Map<String, INDArray> arrays = new HashMap<>();
    try (InputStream in = PublishedNetworksTest.class.getResourceAsStream(name + ".npz");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        arrays.put(
            entry.getName().replace(".npy", ""), Nd4j.createNpyFromByteArray(zip.readAllBytes()));
      }
    }
    return arrays;
  }
}
