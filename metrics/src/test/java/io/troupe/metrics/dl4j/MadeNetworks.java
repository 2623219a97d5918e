package io.troupe.metrics.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks with random weights, biases included. */
final class MadeNetworks {
  static final int SIDE = 8;
  static final int CHANNELS = 4;
  static final int DENSE = 5;

  private MadeNetworks() {}

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .nIn(channels)
        .nOut(CHANNELS)
        .activation(Activation.RELU)
        .build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(DENSE).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** conv, dense and out, one after the other. */
  static MultiLayerNetwork chain(int channels) {
    ConvolutionLayer first = convolution(channels);
    first.setLayerName("conv");
    DenseLayer second = dense();
    second.setLayerName("dense");
    OutputLayer third = output();
    third.setLayerName("out");
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(first)
                .layer(second)
                .layer(third)
                .setInputType(InputType.convolutional(SIDE, SIDE, channels))
                .build());
    network.init();
    network.setParams(random(network.numParams()));
    return network;
  }

  /** Two convolutions of the same picture, their sum, its mean, and a dense layer; and folded. */
  static ComputationGraph graph(DataType type) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .dataType(type)
            .graphBuilder()
            .addInputs("pictures")
            .addLayer("left", convolution(3), "pictures")
            .addLayer("right", convolution(3), "pictures")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
            .addLayer("mean", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "sum")
            .addLayer("out", output(), "mean")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(SIDE, SIDE, 3));
    ComputationGraph network = new ComputationGraph(builder.build());
    network.init();
    network.setParams(random(network.numParams()).castTo(type));
    return network;
  }

  /** A graph with a layer that gives no vectors. */
  static ComputationGraph folded() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("pictures")
                .addLayer("conv", convolution(3), "pictures")
                .addVertex("folded", new ReshapeVertex(-1, CHANNELS, 36), "conv")
                .addVertex("opened", new ReshapeVertex(-1, CHANNELS, 6, 6), "folded")
                .addLayer("mean", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "opened")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(CHANNELS)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "mean")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static INDArray random(long count) {
    Random random = new Random(5);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    return Nd4j.createFromArray(new float[][] {values});
  }

  static Path write(Model network, Path file) throws IOException {
    ModelSerializer.writeModel(network, file.toFile(), true);
    return file;
  }
}
