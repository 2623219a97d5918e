package io.troupe.models.export;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.HostArray;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.NetworkLayouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small generators of all families and designs, with values as training may leave them. */
@SuppressWarnings("ImmutableEnumChecker") // Both are records of what never changes.
enum ExportCase {
  BIGGAN("demo", 32, 3, 5),
  BIGGAN_OF_ONE_CLASS("demo", 32, 1, 1),
  BIGGAN_WITH_OPTIONS(
      "demo",
      64,
      3,
      5,
      "network.biggan.hierarchical=true",
      "network.biggan.shared-embedding=6",
      "network.latent-size=10",
      "network.biggan.generator-attention=32"),
  BIGGAN_WITH_SHARED_EMBEDDING("demo", 32, 3, 4, "network.biggan.shared-embedding=6"),
  DCGAN("dcgan-celeba", 64, 3, 1, "dataset.path=."),
  CONDITIONAL_DCGAN("dcgan-celeba", 32, 3, 3, "dataset.path=.", "network.dcgan.conditional=true"),
  R3GAN("r3gan-cifar100-small", 32, 3, 5, "network.generator-channels=16"),
  R3GAN_OF_ONE_CLASS("r3gan-cifar100-small", 16, 1, 1),
  STYLEGAN2_COMPACT("stylegan2-cifar100", 32, 3, 5, "network.stylegan2.style-size=12"),
  STYLEGAN2_COMPACT_OF_ONE_CLASS("stylegan2-cifar100", 16, 1, 1),
  STYLEGAN2_CIFAR("stylegan2-cifar100", 32, 3, 5, "network.stylegan2.design=cifar"),
  STYLEGAN2_RESIDUAL("stylegan2-cifar100", 64, 3, 1, "network.stylegan2.design=residual");

  private static final String NOISE = "noise ";

  private final NetworkSettings settings;
  private final ImageSpec spec;

  ExportCase(String preset, int size, int channels, int classes, String... changes) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "network.latent-size=8",
                "network.generator-channels=8",
                "network.discriminator-channels=8"));
    all.addAll(List.of(changes));
    settings = SettingsLoader.load(preset, List.of(), all).network();
    spec = new ImageSpec(size, channels, classes);
  }

  NetworkSettings settings() {
    return settings;
  }

  ImageSpec spec() {
    return spec;
  }

  boolean hasStyles() {
    return NetworkFamily.of(settings).hasStyles();
  }

  /** Values, which the caller closes. */
  ParameterVector drawn() {
    ParameterLayout layout = NetworkLayouts.of(settings, spec).generator();
    ParameterVector values = new ParameterVector(layout, DataType.FLOAT);
    values.initialise(3, 1);
    CounterRandom random = new CounterRandom(5, Stream.SAMPLING, 0, 0);
    for (ParameterLayout.Slot slot : layout.slots()) {
      INDArray view = values.view(slot.name());
      String name = slot.name();
      boolean drawn =
          name.matches(".*(mean|average|bias|noise|reduce\\.weight)") && !name.contains("style");
      boolean variance = name.endsWith("variance");
      for (long i = 0; i < view.length() && (variance || drawn); i++) {
        HostArray.set(view, i, variance ? 0.5 + random.nextDouble() : 0.1 * random.nextGaussian());
      }
      if (name.endsWith("gamma")) {
        HostArray.fill(view, 0.5);
      }
      if (settings.kind().equals("dcgan") && name.endsWith("weight")) {
        view.muli(5);
      }
    }
    return values;
  }

  /**
   * Pictures by the engine that training uses, NHWC.
   *
   * @param latents [N, latent size]
   */
  float[] pictures(ParameterVector values, float[][] latents, int[] labels, double psi) {
    GanNetworks networks = GanNetworks.of(settings, spec);
    return networks.noiseShapes(1).isEmpty()
        ? sampled(values, latents, labels)
        : withEqualNoise(networks, values, latents, labels, psi);
  }

  private float[] sampled(ParameterVector values, float[][] latents, int[] labels) {
    try (GeneratorSampler sampler =
        new GeneratorSampler(
            settings,
            spec,
            new GeneratorSampler.Use(latents.length, BatchNormMode.RUNNING),
            CompiledGraph::compile)) {
      sampler.load(values.floats());
      for (int row = 0; row < latents.length; row++) {
        sampler.set(row, latents[row], labels[row]);
      }
      float[] pictures = new float[latents.length * sampler.pictureLength()];
      sampler.generate(pictures, 0, latents.length);
      return pictures;
    }
  }

  /** The sampler draws each picture's noise of its own; what is exported has one for all. */
  private float[] withEqualNoise(
      GanNetworks networks, ParameterVector values, float[][] latents, int[] labels, double psi) {
    int batch = latents.length;
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    List<INDArray> arrays = new ArrayList<>();
    List<SDVariable> noise = new ArrayList<>();
    CounterRandom random = new CounterRandom(0, Stream.PICTURE_NOISE, 0, 0);
    for (List<Long> shape : networks.noiseShapes(batch)) {
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      INDArray array = Nd4j.create(DataType.FLOAT, sizes);
      long length = array.length() / batch;
      for (long i = 0; i < length; i++) {
        float drawn = (float) random.nextGaussian();
        for (int row = 0; row < batch; row++) {
          HostArray.set(array, row * length + i, drawn);
        }
      }
      noise.add(graph.input(NOISE + noise.size(), sizes));
      arrays.add(array);
    }
    INDArray oneHot = Nd4j.create(DataType.FLOAT, batch, spec.classes());
    for (int row = 0; row < batch; row++) {
      HostArray.set(oneHot, (long) row * spec.classes() + labels[row], 1);
    }
    Scope scope = graph.scope("", BatchNormMode.RUNNING);
    GeneratorInputs inputs =
        new GeneratorInputs(
            graph.input("z", batch, settings.latentSize()),
            graph.input("y", batch, spec.classes()),
            noise,
            Optional.empty(),
            batch);
    SDVariable truncation = graph.sameDiff().constant(Nd4j.scalar(DataType.FLOAT, psi));
    graph.output("pictures", networks.truncated(scope, inputs, truncation));
    INDArray pictures = Nd4j.create(DataType.FLOAT, spec.shape(batch));
    Bindings bindings =
        new Bindings(graph.build())
            .bindNetwork("", values)
            .bind("z", Nd4j.createFromArray(latents))
            .bind("y", oneHot)
            .bind("pictures", pictures);
    for (int i = 0; i < arrays.size(); i++) {
      bindings.bind(NOISE + i, arrays.get(i));
    }
    try (Program program = CompiledGraph.compile(bindings)) {
      program.run();
      return HostArray.copy(pictures);
    }
  }
}
