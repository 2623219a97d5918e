package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.run.RunException;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of one's own as extractors of commands and of a daemon. */
@Tag("process")
class FeatureNetworkTest {
  private static final Path RESOURCES = Path.of("src/test/resources/io/troupe/actors");

  /** Made by scripts/fixtures/keras.py, as Keras writes it. */
  private static final Path KERAS = RESOURCES.resolve("keras.h5");

  /** Five pictures, and what NumPy computes of them. */
  private static final Path PICTURES = RESOURCES.resolve("keras.npz");

  @TempDir Path folder;

  private static String[] keras(String layer, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of("--extractor", "dl4j", "--weights", KERAS.toString(), "--layer", layer));
    return all.toArray(String[]::new);
  }

  private Path network() throws IOException {
    ConvolutionLayer convolution =
        new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.RELU).build();
    convolution.setLayerName("conv");
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .list()
                .layer(convolution)
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(16, 16, 3))
                .build());
    network.init();
    Path file = folder.resolve("own.zip");
    network.save(file.toFile());
    return file;
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  @Test
  void featuresOfAKerasNetworkAreNumPys() throws IOException {
    Path file = folder.resolve("features.npy");
    Cli result =
        Cli.run(
            keras("dense", "features", "--images", PICTURES.toString(), "--out", file.toString()));
    assertThat(result.code()).as(result.err()).isZero();
    float[] expected;
    try (NpzReader npz = new NpzReader(PICTURES)) {
      expected = npz.read("features").floats();
    }
    try (InputStream in = Files.newInputStream(file)) {
      float[] found = NpyArray.read(in).floats();
      assertThat(found).hasSameSizeAs(expected).hasSize(20);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  private Cli compare(String layer) {
    String pictures = PICTURES.toString();
    return Cli.run(
        keras(
            layer,
            "metrics",
            "--real",
            pictures,
            "--fake",
            pictures,
            "--metrics",
            "fid",
            "--json",
            "--cache",
            folder.resolve("cache").toString()));
  }

  @Test
  void scoresSayWhichNetworkAndLayerMadeThem() throws Exception {
    Cli first = compare("dense");
    assertThat(first.code()).as(first.err()).isZero();
    JsonNode scores = new ObjectMapper().readTree(first.out());
    assertThat(scores.get("fd_dl4j").asDouble()).isCloseTo(0, within(1e-9));
    JsonNode protocol = scores.get("protocol");
    assertThat(protocol.get("extractor").asText()).isEqualTo("dl4j");
    assertThat(protocol.get("network").asText()).isEqualTo("keras.h5, layer dense");
    assertThat(protocol.get("weights_sha256").asText()).isEqualTo(sha256(KERAS));
    assertThat(protocol.get("resize").asText()).isEqualTo("none, then (rgb level - 0) / 255");

    assertThat(compare("dense").err()).contains("statistics of 5 pictures from");
    Cli other = compare("conv");
    assertThat(other.err()).doesNotContain("statistics of");
    assertThat(other.out()).contains("keras.h5, layer conv, mean over height and width");
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void whatIsMissingOrHasNoEffectIsRefused() {
    String[] command = {"features", "--images", PICTURES.toString(), "--out", "x.npy"};
    assertThat(Cli.run(keras("pool2", command)).err())
        .contains("has no layer \"pool2\"", "pool 6", "dense 4");
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--extractor", "random", "--layer", "pool"));
    assertThat(Cli.run(all.toArray(String[]::new)).err())
        .contains("--layer has no effect with the extractor random");
    all.set(all.indexOf("random"), "dl4j");
    assertThat(Cli.run(all.toArray(String[]::new)).err())
        .contains("--extractor dl4j needs --weights");
    List<String> half = new ArrayList<>(List.of(keras("pool", command)));
    half.addAll(List.of("--input-mean", "127.5"));
    assertThat(Cli.run(half.toArray(String[]::new)).err())
        .contains("--input-mean and --input-deviation are given both or not at all");
  }

  private Path train(String name, Path network, String layer, String... more) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "evaluation.extractor=dl4j",
                "evaluation.weights=\"%s\"".formatted(network),
                "evaluation.layer=\"%s\"".formatted(layer),
                "evaluation.metrics=\"fid,kid,prdc\"",
                "evaluation.tsne-images=0",
                "evaluation.every=2",
                "training.steps=2"));
    all.addAll(List.of(more));
    Path root = folder.resolve(name);
    TrainingRun run = TrainingRun.start(TinyRun.settings(all.toArray(String[]::new)), root);
    assertThat(run.await().failed()).isFalse();
    return root;
  }

  @Test
  void aDaemonEvaluatesByOnesOwnNetwork() throws Exception {
    Path own = network();
    JsonNode scored =
        TinyRun.events(
                train(
                    "own",
                    own,
                    "conv",
                    "evaluation.input-size=16",
                    "evaluation.input-mean=\"127.5\"",
                    "evaluation.input-deviation=\"127.5\""),
                "evaluation-finished")
            .get(0);
    assertThat(scored.get("scores").get("fd_dl4j").asDouble()).isPositive();
    assertThat(scored.get("scores").has("kd_dl4j")).isTrue();
    JsonNode protocol = scored.get("protocol");
    assertThat(protocol.get("network").asText())
        .isEqualTo("own.zip, layer conv, mean over height and width");
    assertThat(protocol.get("weights_sha256").asText()).isEqualTo(sha256(own));
    assertThat(protocol.get("resize").asText())
        .isEqualTo("Pillow's bilinear to 16x16, then (rgb level - 127.5) / 127.5");

    JsonNode keras =
        TinyRun.events(train("keras", KERAS.toAbsolutePath(), "pool"), "evaluation-finished")
            .get(0);
    assertThat(keras.get("scores").get("fd_dl4j").asDouble()).isPositive();
  }

  @Test
  void aDaemonDoesNotBeginWithALayerThatThereIsNot() throws Exception {
    Path own = network();
    assertThatThrownBy(() -> train("run", own, "pool"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "evaluation.extractor = dl4j: ", "has no layer \"pool\"", "conv 6 x 14 x 14");
    assertThatThrownBy(() -> train("run", own, "layer1"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("does not take pictures of 32 x 32", "evaluation.input-size");
    assertThatThrownBy(
            () ->
                train(
                    "run",
                    own,
                    "conv",
                    "evaluation.metrics=\"is,fid\"",
                    "evaluation.input-size=16"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(
            "evaluation.metrics has is, which needs a classifier, and the extractor is dl4j");
  }
}
