package io.troupe.metrics.dl4j;

import static io.troupe.metrics.dl4j.Dl4jFeaturesTest.assertClose;
import static io.troupe.metrics.dl4j.Dl4jFeaturesTest.images;
import static io.troupe.metrics.dl4j.Dl4jFeaturesTest.layer;
import static io.troupe.metrics.dl4j.Dl4jFeaturesTest.levels;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.FeatureNetwork;
import io.troupe.metrics.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that Keras saved, pixel by pixel and not channel by channel as those of DL4J. */
@Tag("parity")
class KerasReaderTest {
  private static final int SIDE = KerasFile.SIDE;

  @TempDir Path folder;

  private final KerasFile keras = new KerasFile(9);
  private final int[] levels = levels(3 * SIDE * SIDE, 8);
  private double[][][] filtered;

  @BeforeEach
  void compute() {
    filtered =
        Reference.convolution(
            Reference.picture(levels, SIDE, 3, 0, 255),
            (row, column, in, out) ->
                keras.kernel()[((row * 3 + column) * 3 + in) * KerasFile.CHANNELS + out],
            keras.bias());
  }

  private float[] features(Path file, FeatureNetwork wanted) {
    try (Dl4jFeatures features = Dl4jFeatures.open(file, wanted, SIDE, SIDE)) {
      float[] found = new float[features.dimension()];
      features.extract(images(levels), 1, found);
      return found;
    }
  }

  @Test
  void aSequentialNetworkIsThatOfPlainJava() throws IOException {
    Path file = keras.sequential(folder.resolve("sequential.h5"));
    assertClose(features(file, layer("conv")), Reference.mean(filtered));
    assertClose(
        features(file, layer("dense")),
        Reference.dense(Reference.flat(filtered, false), keras.dense(), keras.denseBias()));
  }

  @Test
  void aFunctionalNetworkIsThatOfPlainJava() throws IOException {
    Path file = keras.functional(folder.resolve("functional.h5"));
    assertClose(features(file, layer("conv")), Reference.mean(filtered));
    assertClose(features(file, layer("pool")), Reference.mean(filtered));
  }

  @Test
  void errorsListTheLayersAndTheirShapes() throws IOException {
    Path file = keras.sequential(folder.resolve("sequential.h5"));
    String[] layers = {"conv 4 x 6 x 6 (channels x height x width)", "dense 5"};
    assertThatThrownBy(() -> features(file, layer("top")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("has no layer \"top\". Its layers, for pictures of 8 x 8:")
        .hasMessageContainingAll(layers);
    assertThatThrownBy(() -> features(file, layer("dense", 12, "", "")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("does not take pictures of 12 x 12")
        .hasMessageContainingAll(layers);
  }

  @Test
  void codeOfPythonIsRefused() throws IOException {
    Path file = keras.lambda(folder.resolve("lambda.h5"));
    assertThatThrownBy(() -> features(file, layer("conv")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file + " is not imported by DeepLearning4J")
        .hasMessageContaining("ambda");
  }

  @Test
  void filesThatAreCutAreCalledSo() throws IOException {
    Path whole = keras.sequential(folder.resolve("sequential.h5"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> features(cut, layer("conv")))
        .isInstanceOf(WeightsException.class)
        .hasMessage(cut + " is a damaged HDF5 file, or not all of it is here");
    Path weights = keras.weightsOnly(folder.resolve("weights.h5"));
    assertThatThrownBy(() -> features(weights, layer("conv")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("configuration");
  }

  @Test
  void withoutNativesTheErrorSaysWhatToDo() throws IOException {
    Path file = keras.sequential(folder.resolve("sequential.h5"));
    assertThatThrownBy(
            () ->
                KerasReader.read(
                    file,
                    () -> {
                      throw new UnsatisfiedLinkError("no jnihdf5 in java.library.path");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "there is no HDF5 library for this platform (", "no jnihdf5", "ModelSerializer");
  }
}
