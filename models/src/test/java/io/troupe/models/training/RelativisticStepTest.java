package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import io.troupe.models.augmentation.DiffAugment;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.losses.RelativisticPairLoss;
import io.troupe.models.losses.TopK;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A loss that compares real and generated images in the generator's step too, by its closed form.
 */
class RelativisticStepTest {
  private static final int BATCH = 3;
  private static final int LENGTH = 12;

  /** Images of 2x2 pixels are z times a matrix, logits images times another. */
  private static final class Linear implements GanNetworks {
    @Override
    public ImageSpec spec() {
      return ImageSpec.rgb(2, 1);
    }

    @Override
    public SDVariable images(Scope scope, GeneratorInputs inputs) {
      SDVariable weight = scope.parameter("weight", new Initial.Normal(1), 2, LENGTH);
      return scope.operations().reshape(inputs.latents().mmul(weight), inputs.batch(), 2, 2, 3);
    }

    @Override
    public SDVariable logits(
        Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
      SDVariable weight = scope.parameter("weight", new Initial.Normal(1), LENGTH, 1);
      return scope.operations().reshape(images, pictures, LENGTH).mmul(weight);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 2, 1})
  void theGeneratorsStepReadsLogitsOfRealImages(int k) {
    RunSettings settings =
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of("training.batch=" + BATCH, "training.top-k.share=" + (double) k / BATCH));
    GanNetworks networks = new Linear();
    try (Latents latents = new Latents(networks, BATCH, 2, 1, 0);
        INDArray z = Nd4j.randn(DataType.FLOAT, BATCH, 2);
        INDArray real = Nd4j.randn(DataType.FLOAT, BATCH, 2, 2, 3);
        INDArray classes = Nd4j.ones(DataType.FLOAT, BATCH, 1);
        INDArray generator = Nd4j.randn(DataType.FLOAT, 2, LENGTH);
        INDArray discriminator = Nd4j.randn(DataType.FLOAT, LENGTH, 1);
        INDArray realLogits = Nd4j.create(DataType.FLOAT, BATCH, 1);
        INDArray loss = Nd4j.scalar(DataType.FLOAT, 0);
        INDArray gradient = Nd4j.create(DataType.FLOAT, 2, LENGTH)) {
      StepGraphs graphs =
          new StepGraphs(
              settings.training(),
              new RelativisticPairLoss(),
              networks,
              latents,
              new DiffAugment(false, false, false),
              1);
      Graph graph =
          graphs.generatorStep(
              new GraphBuilder(DataType.FLOAT), List.of(StepGraphs.GENERATOR + "weight"));
      Bindings bindings =
          new Bindings(graph)
              .bind("latents", z)
              .bindIfPresent("classes", classes)
              .bind(StepGraphs.REAL_LOGITS, realLogits)
              .bind(StepGraphs.GENERATOR + "weight", generator)
              .bind(StepGraphs.DISCRIMINATOR + "weight", discriminator)
              .bind(StepGraphs.LOSS, loss)
              .bind(Graph.gradientOf(StepGraphs.GENERATOR + "weight"), gradient);
      Bindings judging =
          new Bindings(graphs.realLogits(new GraphBuilder(DataType.FLOAT)))
              .bind(StepGraphs.REAL, real)
              .bindIfPresent(StepGraphs.REAL_CLASSES, classes)
              .bind(StepGraphs.DISCRIMINATOR + "weight", discriminator)
              .bind(StepGraphs.REAL_LOGITS, realLogits);
      try (TopK topK = new TopK(BATCH)) {
        topK.set(new TrainingSettings.TopK((double) k / BATCH, 0, 1), 1);
        if (k < BATCH) {
          topK.bind(bindings);
        }
        try (Program judge = CompiledGraph.compile(judging);
            Program program = CompiledGraph.compile(bindings)) {
          judge.run();
          program.run();
        }
      }
      double[] logits = new double[BATCH];
      double[] losses = new double[BATCH];
      double[] slopes = new double[BATCH];
      for (int n = 0; n < BATCH; n++) {
        double margin = 0;
        for (int i = 0; i < LENGTH; i++) {
          double fake =
              z.getDouble(n, 0) * generator.getDouble(0, i)
                  + z.getDouble(n, 1) * generator.getDouble(1, i);
          logits[n] += fake * discriminator.getDouble(i, 0);
          margin += (real.getDouble((long) n * LENGTH + i) - fake) * discriminator.getDouble(i, 0);
        }
        losses[n] = Math.log1p(Math.exp(margin)) / k;
        slopes[n] = -1 / (1 + Math.exp(-margin)) / k;
      }
      // By the logits of generated images alone.
      List<Integer> others =
          IntStream.range(0, BATCH)
              .boxed()
              .sorted(Comparator.comparingDouble(n -> logits[n]))
              .limit(BATCH - k)
              .toList();
      others.forEach(n -> losses[n] = 0);
      others.forEach(n -> slopes[n] = 0);
      double expected = Arrays.stream(losses).sum();
      assertThat(loss.getDouble(0)).isCloseTo(expected, within(1e-4));
      for (int row = 0; row < 2; row++) {
        double sum = 0;
        for (int n = 0; n < BATCH; n++) {
          sum += slopes[n] * z.getDouble(n, row);
        }
        for (int i = 0; i < LENGTH; i++) {
          assertThat(gradient.getDouble(row, i))
              .isCloseTo(sum * discriminator.getDouble(i, 0), within(1e-4));
        }
      }
    }
  }
}
