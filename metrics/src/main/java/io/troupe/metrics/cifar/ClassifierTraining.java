package io.troupe.metrics.cifar;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains the classifier by the cross-entropy, step by step. A step's result is a function of the
 * settings, the images and the step's number. Not thread-safe.
 */
public final class ClassifierTraining implements AutoCloseable {
  private static final int NETWORK_ID = 3;
  private static final int IMAGE_LENGTH = ResidualNetwork.SIDE * ResidualNetwork.SIDE * 3;
  private static final int CLASSES = ResidualNetwork.CLASSES;

  private final ClassifierSettings settings;
  private final Dataset dataset;
  private final BatchPlan plan;
  private final CropAndFlip augmentation;
  private final ParameterVector values;
  private final ParameterVector gradients;
  private final NesterovMomentum optimiser;
  private final FloatVector images;
  private final FloatVector targets;
  private final INDArray loss = Nd4j.scalar(DataType.FLOAT, 0);
  private final Program program;
  private final byte[] image = new byte[IMAGE_LENGTH];
  private final float[] augmented;
  private final int[] indices;
  private long step;

  /**
   * A network with initial values.
   *
   * @param dataset what it learns: 32x32, with the 20 superclasses as labels
   * @throws IllegalArgumentException if the images or their classes are others
   */
  public ClassifierTraining(ClassifierSettings settings, Dataset dataset) {
    requireSuperclasses(dataset);
    this.settings = settings;
    this.dataset = dataset;
    int batch = settings.batch();
    plan = new BatchPlan(settings.seed(), dataset.size(), batch);
    augmentation = new CropAndFlip(settings.seed(), ResidualNetwork.SIDE);
    augmented = new float[batch * IMAGE_LENGTH];
    indices = new int[batch];
    images = FloatVector.zeros(batch, ResidualNetwork.SIDE, ResidualNetwork.SIDE, 3);
    targets = FloatVector.zeros(batch, CLASSES);

    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope(ResidualNetwork.PREFIX, BatchNormMode.BATCH);
    SDVariable logits =
        new ResidualNetwork(false)
            .apply(scope, graph.input("images", images.array().shape()), batch)
            .logits();
    SDVariable wanted = graph.input("targets", targets.array().shape());
    graph.output("loss", graph.sameDiff().nn().logSoftmax(logits).mul(wanted).sum(1).mean().neg());
    ParameterLayout layout = scope.layout();
    values = new ParameterVector(layout, DataType.FLOAT);
    values.initialise(settings.seed(), NETWORK_ID);
    gradients = new ParameterVector(layout, DataType.FLOAT);
    optimiser =
        new NesterovMomentum(
            (int) layout.trainableLength(), settings.momentum(), settings.weightDecay());
    List<String> trainable =
        layout.slots().stream()
            .filter(ParameterLayout.Slot::trainable)
            .map(slot -> ResidualNetwork.PREFIX + slot.name())
            .toList();
    program =
        CompiledGraph.compile(
            new Bindings(graph.build("loss", trainable))
                .bindNetwork(ResidualNetwork.PREFIX, values)
                .bindNextStates(ResidualNetwork.PREFIX, values)
                .bindGradients(ResidualNetwork.PREFIX, gradients)
                .bind("images", images.array())
                .bind("targets", targets.array())
                .bind("loss", loss));
  }

  /**
   * Refuses images that the classifier is not for.
   *
   * @throws IllegalArgumentException if they have another size or number of classes
   */
  static void requireSuperclasses(Dataset dataset) {
    if (dataset.height() != ResidualNetwork.SIDE
        || dataset.width() != ResidualNetwork.SIDE
        || dataset.classNames().size() != CLASSES) {
      throw new IllegalArgumentException(
          "the classifier is for %d classes of %d x %d pixels, got %d of %d x %d"
              .formatted(
                  CLASSES,
                  ResidualNetwork.SIDE,
                  ResidualNetwork.SIDE,
                  dataset.classNames().size(),
                  dataset.height(),
                  dataset.width()));
    }
  }

  /** Steps of an epoch. */
  public int stepsPerEpoch() {
    return plan.stepsPerEpoch();
  }

  /** Steps of the whole training. */
  public long steps() {
    return (long) settings.epochs() * plan.stepsPerEpoch();
  }

  /**
   * The next step.
   *
   * @return its loss, the mean over the batch
   * @throws IllegalStateException if the loss is not finite
   */
  public double step() {
    step++;
    plan.indices(step, indices);
    FloatBuffer targetValues = targets.write();
    float rest = (float) (settings.labelSmoothing() / CLASSES);
    for (int row = 0; row < indices.length; row++) {
      dataset.read(indices[row], image);
      augmentation.apply(image, step, row, augmented, row * IMAGE_LENGTH);
      int label = dataset.label(indices[row]);
      for (int i = 0; i < CLASSES; i++) {
        float own = i == label ? (float) (1 - settings.labelSmoothing()) : 0;
        targetValues.put(row * CLASSES + i, own + rest);
      }
    }
    images.write().put(0, augmented);
    program.run();
    double value = HostArray.first(loss);
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "step %d: the loss is %s; use a smaller learning rate".formatted(step, value));
    }
    optimiser.update(
        values.floats().write(), gradients.floats().read(), settings.learningRate(step, steps()));
    return value;
  }

  /** The weights so far, with batch norm folded into them. */
  public ClassifierWeights weights() {
    return ClassifierWeights.of(Folding.fold(values));
  }

  @Override
  public void close() {
    program.close();
    values.close();
    gradients.close();
    images.close();
    targets.close();
    loss.close();
  }
}
