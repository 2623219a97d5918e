package io.troupe.metrics.dl4j;

import io.troupe.config.FeatureNetwork;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.WeightsException;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer's output of a network of one's own, which DeepLearning4J computes. An output with height
 * and width is averaged over them. The network works in batches of a fixed size, so that rows do
 * not depend on how many images are given at once.
 */
public final class Dl4jFeatures implements FeatureExtractor {
  /** Images per pass; a pass with fewer is filled up with earlier ones. */
  private static final int BATCH = 16;

  private static final int COLOURS = 3;
  private static final int VECTOR = 2;
  private static final int PICTURE = 4;
  private static final int LARGEST = 1024;

  private final String file;
  private final LoadedNetwork network;
  private final String layer;
  private final NetworkInput input;
  private final Preparation preparation;
  private final FloatVector batch;
  private final byte[] pixels;
  private final boolean averaged;
  private final int dimension;

  /**
   * Reads a network, and tries it.
   *
   * @param file that DeepLearning4J's ModelSerializer wrote, or Keras' {@code model.save}
   * @param height rows of the images
   * @param width columns of the images
   * @throws WeightsException if the file cannot be read, the network has no such layer, does not
   *     take such pictures, or gives no vectors
   */
  public static Dl4jFeatures open(Path file, FeatureNetwork wanted, int height, int width) {
    NetworkFile read = NetworkFile.read(file, wanted.isScaled());
    try {
      return new Dl4jFeatures(file, read, wanted, height, width);
    } catch (RuntimeException | Error e) {
      read.network().close();
      throw e;
    }
  }

  private Dl4jFeatures(Path path, NetworkFile read, FeatureNetwork wanted, int height, int width) {
    file = path.toString();
    network = read.network();
    layer = wanted.layer();
    NetworkInput natural =
        read.input()
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s: the network takes no pictures; its layers are %s"
                            .formatted(file, String.join(", ", network.layers()))));
    int size = wanted.inputSize();
    boolean known = natural.height() > 0 && natural.width() > 0;
    if (size > 0) {
      input = natural.sized(size, size);
    } else {
      input = known ? natural : natural.sized(height, width);
    }
    if (natural.flat()
        && (input.height() != natural.height() || input.width() != natural.width())) {
      throw misfit(natural, "it takes %d numbers".formatted(natural.shape(1)[1]));
    }
    if (!network.layers().contains(layer)) {
      throw new WeightsException(
          "%s has no layer \"%s\". %s".formatted(file, layer, listed(natural)));
    }
    try {
      preparation = new Preparation(height, width, input, wanted);
    } catch (IllegalArgumentException e) {
      throw new WeightsException("%s: %s".formatted(file, e.getMessage()), e);
    }
    network.endAt(layer);
    pixels = new byte[height * width * COLOURS];
    long[] shape = tryOut(natural);
    averaged = shape.length == PICTURE;
    dimension = (int) shape[averaged && !input.channelsFirst() ? PICTURE - 1 : 1];
    batch = FloatVector.zeros(input.shape(BATCH));
  }

  /** The shape of the layer's output for one picture. */
  private long[] tryOut(NetworkInput natural) {
    long[] shape;
    try (FloatVector one = FloatVector.zeros(input.shape(1))) {
      preparation.write(pixels, one.write(), 0);
      try (INDArray output = network.output(one.array())) {
        shape = output.shape();
      } catch (RuntimeException e) {
        throw misfit(natural, NetworkFile.reason(e));
      }
    }
    if (shape.length != VECTOR && shape.length != PICTURE) {
      throw new WeightsException(
          "%s: layer \"%s\" gives %s for a picture, and no vector. %s"
              .formatted(file, layer, Arrays.toString(shape), listed(natural)));
    }
    return shape;
  }

  private WeightsException misfit(NetworkInput natural, String why) {
    return new WeightsException(
        "%s does not take pictures of %d x %d (width x height): %s; set %s to what it takes. %s"
            .formatted(
                file,
                input.width(),
                input.height(),
                why,
                Setting.named("input-size"),
                listed(natural)));
  }

  /** All layers with the shapes of their outputs, for pictures of a size that fits. */
  private String listed(NetworkInput natural) {
    Optional<NetworkInput> fitting =
        natural.height() > 0 && natural.width() > 0
            ? Optional.of(natural)
            : IntStream.concat(IntStream.of(input.height()), IntStream.rangeClosed(1, LARGEST))
                .mapToObj(side -> natural.sized(side, side))
                .filter(sized -> outputs(sized).isPresent())
                .findFirst();
    return fitting
        .flatMap(this::outputs)
        .map(
            types ->
                "Its layers, for pictures of %d x %d:%s"
                    .formatted(
                        fitting.get().width(),
                        fitting.get().height(),
                        types.entrySet().stream()
                            .map(one -> "\n  %s %s".formatted(one.getKey(), shape(one.getValue())))
                            .collect(Collectors.joining())))
        .orElseGet(() -> "Its layers are " + String.join(", ", network.layers()));
  }

  private Optional<Map<String, InputType>> outputs(NetworkInput of) {
    try {
      return Optional.of(network.outputs(of.type()));
    } catch (RuntimeException e) {
      // The layers do not fit pictures of this size.
      return Optional.empty();
    }
  }

  private static String shape(InputType type) {
    if (type instanceof InputType.InputTypeConvolutional picture) {
      return "%d x %d x %d (channels x height x width)"
          .formatted(picture.getChannels(), picture.getHeight(), picture.getWidth());
    }
    return type instanceof InputType.InputTypeFeedForward vector
        ? Long.toString(vector.getSize())
        : String.valueOf(type);
  }

  @Override
  public String name() {
    return "dl4j";
  }

  /** What of the network the features are, for protocols. */
  public String described() {
    return "layer %s%s".formatted(layer, averaged ? ", mean over height and width" : "");
  }

  /** What is done to images first, for protocols. */
  public String preparation() {
    return preparation.described();
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** Images are first rounded to levels as in PNG files: round((x + 1) * 127.5), 0 to 255. */
  @Override
  public void extract(float[] images, int count, float[] features) {
    if (count < 0
        || images.length < (long) count * pixels.length
        || features.length < (long) count * dimension) {
      throw new IllegalArgumentException(
          "%d pictures need %d numbers and give %d; the arrays have room for %d and %d"
              .formatted(
                  count,
                  (long) count * pixels.length,
                  (long) count * dimension,
                  images.length,
                  features.length));
    }
    for (int first = 0; first < count; first += BATCH) {
      int some = Math.min(BATCH, count - first);
      for (int i = 0; i < some; i++) {
        for (int k = 0; k < pixels.length; k++) {
          float value = images[(first + i) * pixels.length + k];
          pixels[k] = (byte) Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
        }
        preparation.write(pixels, batch.write(), i);
      }
      float[] output;
      try (INDArray all = network.output(batch.array())) {
        output = HostArray.copy(all);
      }
      for (int i = 0; i < some; i++) {
        copyRow(output, i, features, (first + i) * dimension);
      }
    }
  }

  private void copyRow(float[] output, int row, float[] features, int at) {
    int length = output.length / BATCH;
    int places = length / dimension;
    for (int channel = 0; channel < dimension; channel++) {
      double sum = 0;
      for (int place = 0; place < places; place++) {
        int index = input.channelsFirst() ? channel * places + place : place * dimension + channel;
        sum += output[row * length + index];
      }
      float mean = (float) (sum / places);
      if (!Float.isFinite(mean)) {
        throw new WeightsException(
            "%s: layer \"%s\" gives %s for a picture; are %s and %s those that it was trained with?"
                .formatted(
                    file,
                    layer,
                    mean,
                    Setting.named("input-mean"),
                    Setting.named("input-deviation")));
      }
      features[at + channel] = mean;
    }
  }

  @Override
  public void close() {
    batch.close();
    network.close();
  }
}
