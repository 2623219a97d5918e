package io.troupe.metrics.dl4j;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;
import static org.bytedeco.hdf5.global.hdf5.H5T_VARIABLE;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.H5Object;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A small random network in files as Keras 2 writes them, by TensorFlow. */
final class KerasFile {
  static final int SIDE = 8;
  static final int CHANNELS = 4;
  private static final int DENSE = 5;
  private static final int FLAT = 6 * 6 * CHANNELS;

  private final double[] kernel;
  private final double[] bias;
  private final double[] dense;
  private final double[] denseBias;

  KerasFile(int seed) {
    Random random = new Random(seed);
    kernel = numbers(random, 9 * 3 * CHANNELS);
    bias = numbers(random, CHANNELS);
    dense = numbers(random, FLAT * DENSE);
    denseBias = numbers(random, DENSE);
  }

  private static double[] numbers(Random random, int count) {
    double[] numbers = new double[count];
    Arrays.setAll(numbers, i -> (float) (0.3 * random.nextGaussian()));
    return numbers;
  }

  /** Rows, columns, channels of the picture, channels of the result. */
  double[] kernel() {
    return kernel;
  }

  double[] bias() {
    return bias;
  }

  double[][] dense() {
    double[][] rows = new double[FLAT][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(dense, i * DENSE, (i + 1) * DENSE));
    return rows;
  }

  double[] denseBias() {
    return denseBias;
  }

  private static String layer(String kind, String name, String settings) {
    return """
        {"class_name": "%s", "config": {"name": "%s", "trainable": true, %s}}"""
        .formatted(kind, name, settings);
  }

  private static String convolution(String more) {
    return """
        "dtype": "float32", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1],
        "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1],
        "activation": "relu", "use_bias": true, "kernel_initializer": {"class_name": "Zeros",
        "config": {}}, "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
        "kernel_constraint": null, "bias_constraint": null%s"""
        .formatted(more);
  }

  private static String dense(int units) {
    return """
        "units": %d, "activation": "tanh", "use_bias": true,
        "kernel_initializer": {"class_name": "Zeros", "config": {}},
        "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null,
        "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null,
        "bias_constraint": null"""
        .formatted(units);
  }

  private static final String SHAPE = ", \"batch_input_shape\": [null, 8, 8, 3]";

  /** conv, flatten and dense, one after the other. */
  Path sequential(Path file) {
    String layers =
        String.join(
            ", ",
            layer("Conv2D", "conv", convolution(SHAPE)),
            layer("Flatten", "flatten", "\"data_format\": \"channels_last\""),
            layer("Dense", "dense", dense(DENSE)));
    return write(file, sequentialModel(layers), "flatten", true);
  }

  private static String sequentialModel(String layers) {
    return """
        {"class_name": "Sequential", "config": {"name": "made", "layers": [%s]}}"""
        .formatted(layers);
  }

  /** A network with code of Python. */
  Path lambda(Path file) {
    String layers =
        String.join(
            ", ",
            layer("Conv2D", "conv", convolution(SHAPE)),
            layer(
                "Lambda",
                "code",
                """
                "function": ["4wEAAAAAAAAA", null, null], "function_type": "lambda",
                "output_shape": null, "output_shape_type": "raw", "arguments": {}"""),
            layer("Flatten", "flatten", "\"data_format\": \"channels_last\""),
            layer("Dense", "dense", dense(DENSE)));
    return write(file, sequentialModel(layers), "flatten", true);
  }

  /** conv, pool and dense of the functional interface. */
  Path functional(Path file) {
    String model =
        """
        {"class_name": "Model", "config": {"name": "made", "layers": [
        {"class_name": "InputLayer", "name": "pictures", "inbound_nodes": [], "config":
        {"batch_input_shape": [null, 8, 8, 3], "dtype": "float32", "sparse": false,
        "name": "pictures"}},
        {"class_name": "Conv2D", "name": "conv", "inbound_nodes": [[["pictures", 0, 0, {}]]],
        "config": {"name": "conv", "trainable": true, %s}},
        {"class_name": "GlobalAveragePooling2D", "name": "pool",
        "inbound_nodes": [[["conv", 0, 0, {}]]],
        "config": {"name": "pool", "trainable": true, "data_format": "channels_last"}}],
        "input_layers": [["pictures", 0, 0]], "output_layers": [["pool", 0, 0]]}}"""
            .formatted(convolution(""));
    return write(file, model, "pool", false);
  }

  /** What {@code save_weights} writes: no network. */
  Path weightsOnly(Path file) {
    try (H5File out = new H5File(file.toString(), H5F_ACC_TRUNC())) {
      text(out, "keras_version", "2.2.4");
      text(out, "backend", "tensorflow");
      out._close();
    }
    return file;
  }

  private Path write(Path file, String model, String without, boolean withDense) {
    try (H5File out = new H5File(file.toString(), H5F_ACC_TRUNC())) {
      text(out, "keras_version", "2.2.4");
      text(out, "backend", "tensorflow");
      text(out, "model_config", model);
      try (Group weights = out.createGroup("model_weights")) {
        tensors(weights, "conv", new long[] {3, 3, 3, CHANNELS}, kernel, bias);
        try (Group empty = weights.createGroup(without)) {
          text(empty, "weight_names", "");
        }
        if (withDense) {
          tensors(weights, "dense", new long[] {FLAT, DENSE}, dense, denseBias);
        }
      }
      out._close();
    }
    return file;
  }

  private static void tensors(
      Group weights, String name, long[] shape, double[] kernel, double... bias) {
    try (Group layer = weights.createGroup(name);
        Group inner = layer.createGroup(name)) {
      names(layer, name + "/kernel:0", name + "/bias:0");
      tensor(inner, "kernel:0", shape, kernel);
      tensor(inner, "bias:0", new long[] {bias.length}, bias);
    }
  }

  private static void tensor(Group group, String name, long[] shape, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    try (DataSpace space = new DataSpace(shape.length, shape);
        DataType type = new DataType(PredType.NATIVE_FLOAT());
        DataSet set = group.createDataSet(name, type, space);
        FloatPointer numbers = new FloatPointer(floats)) {
      set.write(numbers, type);
    }
  }

  private static void text(H5Object place, String name, String value) {
    try (DataSpace space = new DataSpace();
        StrType type = new StrType(PredType.C_S1(), H5T_VARIABLE());
        Attribute attribute = place.createAttribute(name, type, space)) {
      attribute.write(type, value);
    }
  }

  /** Texts of one length, as h5py writes arrays of them. */
  private static void names(H5Object place, String... names) {
    int length = Arrays.stream(names).mapToInt(String::length).max().orElseThrow();
    byte[] bytes = new byte[length * names.length];
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      System.arraycopy(name, 0, bytes, i * length, name.length);
    }
    try (DataSpace space = new DataSpace(1, new long[] {names.length});
        StrType type = new StrType(PredType.C_S1(), length);
        Attribute attribute = place.createAttribute("weight_names", type, space);
        BytePointer memory = new BytePointer(bytes)) {
      attribute.write(type, (Pointer) memory);
    }
  }
}
