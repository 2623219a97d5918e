package io.troupe.metrics.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.data.Squares;
import io.troupe.metrics.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Features of small random networks against {@link Reference}. */
@Tag("parity")
class Dl4jFeaturesTest {
  private static final int SIDE = MadeNetworks.SIDE;

  @TempDir Path folder;

  static FeatureNetwork layer(String name) {
    return new FeatureNetwork(name, 0, ChannelOrder.RGB, "", "");
  }

  static FeatureNetwork layer(String name, int size, String mean, String deviation) {
    return new FeatureNetwork(name, size, ChannelOrder.RGB, mean, deviation);
  }

  static int[] levels(int count, int seed) {
    return new Random(seed).ints(count, 0, 256).toArray();
  }

  static float[] images(int... levels) {
    float[] images = new float[levels.length];
    for (int i = 0; i < levels.length; i++) {
      images[i] = levels[i] / 127.5f - 1;
    }
    return images;
  }

  private static float[] features(Path file, FeatureNetwork wanted, int side, float... images) {
    try (Dl4jFeatures features = Dl4jFeatures.open(file, wanted, side, side)) {
      int count = images.length / (3 * side * side);
      float[] found = new float[count * features.dimension()];
      features.extract(images, count, found);
      return found;
    }
  }

  static void assertClose(float[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).as("number " + i).isCloseTo(expected[i], within(1e-5));
    }
    assertThat(Arrays.stream(expected).filter(number -> Math.abs(number) > 0.05)).isNotEmpty();
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static double[][] matrix(INDArray array) {
    return array.toDoubleMatrix();
  }

  private static double[][][] convolution(Layer layer, double[][][] picture) {
    INDArray weights = layer.getParam("W");
    return Reference.convolution(
        picture,
        (row, column, in, out) -> weights.getDouble(out, in, row, column),
        numbers(layer.getParam("b")));
  }

  @Test
  void aChainOfLayersIsThatOfPlainJava() throws IOException {
    MultiLayerNetwork network = MadeNetworks.chain(3);
    Path file = MadeNetworks.write(network, folder.resolve("chain.zip"));
    int[] levels = levels(3 * SIDE * SIDE, 1);
    double[][][] filtered =
        convolution(network.getLayer(0), Reference.picture(levels, SIDE, 3, 0, 255));

    assertClose(features(file, layer("conv"), SIDE, images(levels)), Reference.mean(filtered));
    assertClose(
        features(file, layer("dense"), SIDE, images(levels)),
        Reference.dense(
            Reference.flat(filtered, true),
            matrix(network.getLayer(1).getParam("W")),
            numbers(network.getLayer(1).getParam("b"))));
    float[] chances = features(file, layer("out"), SIDE, images(levels));
    assertThat((double) chances[0] + chances[1]).isCloseTo(1, within(1e-6));

    double[][][] scaled =
        convolution(network.getLayer(0), Reference.picture(levels, SIDE, 3, 127.5, 64));
    assertClose(
        features(file, layer("conv", SIDE, "127.5", "64"), SIDE, images(levels)),
        Reference.mean(scaled));
  }

  @Test
  void aGraphIsThatOfPlainJavaWhateverItsNumbersAre() throws IOException {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      ComputationGraph network = MadeNetworks.graph(type);
      Path file = MadeNetworks.write(network, folder.resolve(type + ".zip"));
      int[] levels = levels(3 * SIDE * SIDE, 2);
      double[][][] picture = Reference.picture(levels, SIDE, 3, 0, 255);
      double[] left = Reference.mean(convolution(network.getLayer("left"), picture));
      double[] right = Reference.mean(convolution(network.getLayer("right"), picture));
      double[] sum = new double[left.length];
      Arrays.setAll(sum, i -> left[i] + right[i]);

      assertClose(features(file, layer("right"), SIDE, images(levels)), right);
      assertClose(features(file, layer("sum"), SIDE, images(levels)), sum);
      assertClose(features(file, layer("mean"), SIDE, images(levels)), sum);
    }
  }

  @Test
  void rowsDoNotDependOnTheOthers() throws IOException {
    Path file = MadeNetworks.write(MadeNetworks.graph(DataType.FLOAT), folder.resolve("g.zip"));
    int length = 3 * SIDE * SIDE;
    float[] images = images(levels(37 * length, 3));
    float[] together = features(file, layer("sum"), SIDE, images);
    for (int i : new int[] {0, 15, 16, 36}) {
      float[] alone =
          features(
              file, layer("sum"), SIDE, Arrays.copyOfRange(images, i * length, (i + 1) * length));
      assertThat(alone).isEqualTo(Arrays.copyOfRange(together, 4 * i, 4 * i + 4));
    }
  }

  @Test
  void coloursComeInTheOrderThatIsWanted() throws IOException {
    MultiLayerNetwork network = MadeNetworks.chain(3);
    Path file = MadeNetworks.write(network, folder.resolve("chain.zip"));
    int[] levels = levels(3 * SIDE * SIDE, 4);
    int[] turned = new int[levels.length];
    for (int i = 0; i < levels.length; i++) {
      turned[i] = levels[i - i % 3 + 2 - i % 3];
    }
    double[][][] picture = Reference.picture(turned, SIDE, 3, 0, 1);
    for (double[][] row : picture) {
      for (double[] pixel : row) {
        pixel[0] = (pixel[0] - 103.939) / 50;
        pixel[1] = (pixel[1] - 116.779) / 60;
        pixel[2] = (pixel[2] - 123.68) / 70;
      }
    }
    assertClose(
        features(
            file,
            new FeatureNetwork("conv", 0, ChannelOrder.BGR, "103.939, 116.779, 123.68", "50,60,70"),
            SIDE,
            images(levels)),
        Reference.mean(convolution(network.getLayer(0), picture)));
  }

  @Test
  void picturesAreScaledToTheNetworksSize() throws IOException {
    Path file = MadeNetworks.write(MadeNetworks.chain(3), folder.resolve("chain.zip"));
    int[] levels = levels(3 * 20 * 20, 5);
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      pixels[i] = (byte) levels[i];
    }
    byte[] small = new Squares(SIDE, Fit.STRETCH, Filter.BILINEAR).of(20, 20, pixels);
    int[] smallLevels = new int[small.length];
    Arrays.setAll(smallLevels, i -> small[i] & 0xFF);

    FeatureNetwork wanted = layer("dense", SIDE, "", "");
    assertThat(features(file, wanted, 20, images(levels)))
        .isEqualTo(features(file, wanted, SIDE, images(smallLevels)));
    try (Dl4jFeatures features = Dl4jFeatures.open(file, wanted, 20, 20)) {
      assertThat(features.preparation())
          .isEqualTo("Pillow's bilinear to 8x8, then (rgb level - 0) / 255");
      assertThat(features.described()).isEqualTo("layer dense");
    }
  }

  @Test
  void aNetworkOfOneChannelGetsGreyLevels() throws IOException {
    MultiLayerNetwork network = MadeNetworks.chain(1);
    Path file = MadeNetworks.write(network, folder.resolve("grey.zip"));
    int[] rgb = levels(3 * SIDE * SIDE, 6);
    int[] grey = new int[SIDE * SIDE];
    for (int i = 0; i < grey.length; i++) {
      // ITU-R 601-2: 299, 587 and 114 thousandths.
      grey[i] =
          (int) Math.round(0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]);
    }
    assertClose(
        features(file, layer("conv"), SIDE, images(rgb)),
        Reference.mean(convolution(network.getLayer(0), Reference.picture(grey, SIDE, 1, 0, 255))));
    assertThatThrownBy(() -> features(file, layer("conv", 0, "1,2,3", "4"), SIDE, images(rgb)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("it has one channel, and evaluation.input-mean")
        .hasMessageEndingWith("has 3 numbers");
  }

  @Test
  void errorsListTheLayersAndTheirShapes() throws IOException {
    Path chain = MadeNetworks.write(MadeNetworks.chain(3), folder.resolve("chain.zip"));
    Path graph = MadeNetworks.write(MadeNetworks.graph(DataType.FLOAT), folder.resolve("g.zip"));
    String[] layers = {"conv 4 x 6 x 6 (channels x height x width)", "dense 5", "out 2"};
    assertThatThrownBy(() -> Dl4jFeatures.open(chain, layer("pool"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(
            chain + " has no layer \"pool\". Its layers, for pictures of 8 x 8:")
        .hasMessageContainingAll(layers);
    assertThatThrownBy(() -> Dl4jFeatures.open(chain, layer("dense"), 9, 9))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("does not take pictures of 9 x 9")
        .hasMessageContaining("evaluation.input-size (--input-size)")
        .hasMessageContainingAll(layers);
    assertThatThrownBy(() -> Dl4jFeatures.open(graph, layer("middle"), SIDE, SIDE))
        .hasMessageContainingAll("left 4 x 6 x 6", "sum 4 x 6 x 6", "mean 4", "out 2");
    Path folded = MadeNetworks.write(MadeNetworks.folded(), folder.resolve("folded.zip"));
    assertThatThrownBy(() -> Dl4jFeatures.open(folded, layer("folded"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("layer \"folded\" gives [1, 4, 36] for a picture, and no vector")
        .hasMessageContainingAll("conv", "opened");
  }

  @Test
  void featuresThatAreNoNumbersAreRefused() throws IOException {
    MultiLayerNetwork network = MadeNetworks.chain(3);
    network.getLayer(0).getParam("W").assign(3e38);
    Path huge = MadeNetworks.write(network, folder.resolve("huge.zip"));
    float[] images = images(levels(3 * SIDE * SIDE, 1));
    assertThatThrownBy(() -> features(huge, layer("conv", 0, "0", "1"), SIDE, images))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("layer \"conv\" gives Infinity for a picture");
    network.getLayer(0).getParam("b").putScalar(0, Double.NaN);
    Path nan = MadeNetworks.write(network, folder.resolve("nan.zip"));
    assertThatThrownBy(() -> Dl4jFeatures.open(nan, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageMatching(".*has a bad coefficients.bin: number \\d+ of \\d+ is NaN");
  }

  @Test
  void otherFilesAreCalledWhatTheyAre() throws IOException {
    Path whole = MadeNetworks.write(MadeNetworks.chain(3), folder.resolve("chain.zip"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Dl4jFeatures.open(cut, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(cut + " is no whole zip archive");
    Path text = Files.writeString(folder.resolve("text.zip"), "no network");
    assertThatThrownBy(() -> Dl4jFeatures.open(text, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            text + " is neither a .zip that DeepLearning4J wrote nor an .h5 that Keras wrote");
    Path missing = folder.resolve("missing.zip");
    assertThatThrownBy(() -> Dl4jFeatures.open(missing, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessage("there is no file " + missing);
    assertThatThrownBy(() -> Dl4jFeatures.open(folder, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(folder + " is a folder; give a .zip");
  }
}
