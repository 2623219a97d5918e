package io.troupe.bench;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.Resample;
import io.troupe.models.memory.FloatVector;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The gradients of all weights of a residual discriminator without normalisation, for the hinge
 * loss of real images: 64 of 32x32, 128 channels, four blocks of which the first two halve the
 * size.
 */
public class DNet extends GraphWorkload {
  private static final int BATCH = 64;
  private static final int SIZE = 32;
  private static final String NETWORK = "net/";

  /** Channels of each convolution but the first. */
  @Param("128")
  public int channels = 128;

  private ParameterVector values;
  private ParameterVector gradients;
  private FloatVector images;
  private INDArray loss;
  private Program program;

  @Override
  void open(ProgramCompiler compiler) {
    images = FloatVector.zeros(BATCH, SIZE, SIZE, 3);
    loss = Nd4j.scalar(DataType.FLOAT, 0);
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SameDiff ops = graph.sameDiff();
    Scope scope = graph.scope(NETWORK, BatchNormMode.BATCH);
    SDVariable h = graph.input("images", BATCH, SIZE, SIZE, 3);
    for (int i = 0; i < 4; i++) {
      h = block(scope.child("block" + i), h, i);
    }
    SDVariable features = ops.nn().relu(h, 0).sum(1, 2);
    SDVariable logits =
        features.mmul(scope.parameter("linear", new Initial.Normal(0.05), channels, 1));
    graph.output("loss", ops.nn().relu(logits.rsub(1), 0).mean());
    ParameterLayout layout = scope.layout();
    values = new ParameterVector(layout, DataType.FLOAT);
    values.initialise(1, 0);
    gradients = new ParameterVector(layout, DataType.FLOAT);
    CounterRandom random = new CounterRandom(1, Stream.INITIALISATION, 1, 0);
    FloatBuffer pixels = images.write();
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (float) random.nextGaussian());
    }
    List<String> names = layout.slots().stream().map(slot -> NETWORK + slot.name()).toList();
    program =
        compiler.compile(
            new Bindings(graph.build("loss", names))
                .bindNetwork(NETWORK, values)
                .bindGradients(NETWORK, gradients)
                .bind("images", images.array())
                .bind("loss", loss));
  }

  private SDVariable block(Scope scope, SDVariable x, int index) {
    SameDiff ops = scope.operations();
    long in = index == 0 ? 3 : channels;
    SDVariable h = index == 0 ? x : ops.nn().relu(x, 0);
    h = convolution(scope.child("conv1"), h, in, 3);
    h = convolution(scope.child("conv2"), ops.nn().relu(h, 0), channels, 3);
    if (index > 1) {
      return h.add(x);
    }
    SDVariable shortcut =
        convolution(scope.child("shortcut"), Resample.downsampleByMean(ops, x), in, 1);
    return Resample.downsampleByMean(ops, h).add(shortcut);
  }

  private SDVariable convolution(Scope scope, SDVariable x, long in, int kernel) {
    Initial weights = new Initial.Normal(0.05);
    return Convolution.same(
        scope.operations(),
        x,
        scope.parameter("weight", weights, kernel, kernel, in, channels),
        kernel,
        scope.parameter("bias", new Initial.Constant(0), channels));
  }

  @Override
  @Benchmark
  public void iterate() {
    program.run();
  }

  @Override
  void free() {
    program.close();
    images.close();
    loss.close();
    values.close();
    gradients.close();
  }
}
