package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.data.Dataset;
import io.troupe.data.Shapes;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** On the procedural shapes, which have as many classes. */
class ClassifierTrainingTest {
  private static final int STEPS = 20;

  /** A batch of one image a class, in every step. */
  private static final Dataset SHAPES = new Shapes(1, Split.TRAIN, 20);

  private static final ClassifierSettings SETTINGS =
      new ClassifierSettings(STEPS, 20, 0.05, 0.2, 0.9, 5e-4, 0.1, 3);

  @Test
  void learnsAndIsDeterminedByItsSettings() {
    double[] losses = new double[STEPS];
    try (ClassifierTraining training = new ClassifierTraining(SETTINGS, SHAPES)) {
      assertThat(training.stepsPerEpoch()).isEqualTo(1);
      assertThat(training.steps()).isEqualTo(STEPS);
      for (int i = 0; i < STEPS; i++) {
        losses[i] = training.step();
      }
    }
    // A guess costs ln 20 = 3.0; the least that is possible is the targets' entropy, 0.6.
    double last = Arrays.stream(losses, STEPS - 5, STEPS).average().orElseThrow();
    assertThat(last).isBetween(0.59, 0.6 * Math.log(20));
    try (ClassifierTraining again = new ClassifierTraining(SETTINGS, SHAPES)) {
      for (int i = 0; i < 3; i++) {
        assertThat(again.step()).isEqualTo(losses[i]);
      }
    }
  }

  /** Expected: the network with batch norm and running statistics, by the same graph engine. */
  @Test
  void foldingChangesNoResult() {
    Random random = new Random(4);
    ResidualNetwork network = new ResidualNetwork(false);
    try (ParameterVector trained = new ParameterVector(network.layout(), DataType.FLOAT)) {
      trained.initialise(4, 1);
      trained
          .layout()
          .slots()
          .forEach(
              slot -> {
                if (!slot.name().endsWith("weight")) {
                  for (long i = 0; i < slot.length(); i++) {
                    trained.view(slot.name()).putScalar(i, 0.5 + random.nextDouble());
                  }
                }
              });
      float[] images = new float[2 * 3072];
      for (int i = 0; i < images.length; i++) {
        images[i] = 2 * random.nextFloat() - 1;
      }
      float[] expected = logits(network, trained, images);
      ResidualNetwork folded = new ResidualNetwork(true);
      try (ParameterVector values = new ParameterVector(folded.layout(), DataType.FLOAT)) {
        values.flat().data().asNioFloat().put(0, Folding.fold(trained));
        float[] actual = logits(folded, values, images);
        double scale = 0;
        for (float value : expected) {
          scale = Math.max(scale, Math.abs(value));
        }
        assertThat(scale).isGreaterThan(0.1);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) actual[i]).isEqualTo(expected[i], within(1e-4 * scale));
        }
      }
    }
  }

  private static float[] logits(ResidualNetwork network, ParameterVector values, float[] pixels) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope(ResidualNetwork.PREFIX, BatchNormMode.RUNNING);
    graph.output("logits", network.apply(scope, graph.input("images", 2, 32, 32, 3), 2).logits());
    try (INDArray images = Nd4j.create(pixels, new long[] {2, 32, 32, 3}, 'c');
        INDArray logits = Nd4j.create(DataType.FLOAT, 2, ResidualNetwork.CLASSES);
        Program program =
            CompiledGraph.compile(
                new Bindings(graph.build())
                    .bindNetwork(ResidualNetwork.PREFIX, values)
                    .bind("images", images)
                    .bind("logits", logits))) {
      program.run();
      return logits.dup('c').data().asFloat();
    }
  }

  @Test
  void otherImagesAreRefused() {
    Dataset fiveClasses =
        new Dataset() {
          @Override
          public int size() {
            return 100;
          }

          @Override
          public int height() {
            return 32;
          }

          @Override
          public int width() {
            return 32;
          }

          @Override
          public int channels() {
            return 3;
          }

          @Override
          public List<String> classNames() {
            return List.of("a", "b", "c", "d", "e");
          }

          @Override
          public int label(int index) {
            return 0;
          }

          @Override
          public void read(int index, byte[] target) {}
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassifierTraining(SETTINGS, fiveClasses))
        .withMessage("the classifier is for 20 classes of 32 x 32 pixels, got 5 of 32 x 32");
  }

  @Test
  void weightsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
    float[] values = new float[(int) new ResidualNetwork(true).layout().length()];
    values[7] = -0.25f;
    ClassifierWeights weights = ClassifierWeights.of(values);
    Path file = folder.resolve("weights.npy");
    weights.write(file);
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    ClassifierWeights read = ClassifierWeights.read(file);
    assertThat(read.values()).isEqualTo(values);
    assertThat(read.identity()).isEqualTo(weights.identity()).matches("[0-9a-f]{64}");
    values[7] = 0.25f;
    assertThat(ClassifierWeights.of(values).identity()).isNotEqualTo(weights.identity());
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 2));
    assertThatThrownBy(() -> ClassifierWeights.read(file)).isInstanceOf(IOException.class);
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    assertThatThrownBy(() -> ClassifierWeights.of(new float[10]))
        .hasMessageContaining("10 weights, expected ");
  }
}
