package io.troupe.actors.cli;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.Cifar100;
import io.troupe.data.Dataset;
import io.troupe.metrics.cifar.ClassifierScore;
import io.troupe.metrics.cifar.ClassifierSettings;
import io.troupe.metrics.cifar.ClassifierTraining;
import io.troupe.metrics.cifar.ClassifierWeights;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the classifier whose features score pictures; for developers. */
@Command(
    name = "train-classifier",
    hidden = true,
    description = {
      "Trains the classifier of CIFAR-100's superclasses that the program carries.",
      "The weights are written after each epoch."
    })
final class TrainClassifierCommand extends CliCommand {
  private static final int STEPS_OF_A_LINE = 50;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description = "CIFAR-100's binary version, archive or folder.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to write the weights (.npy).")
  private Path out = Path.of("");

  @Option(names = "--epochs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs = ClassifierSettings.DEFAULT.epochs();

  @Override
  public Integer call() throws CliException, IOException {
    if (epochs < 1) {
      throw new CliException("--epochs must be at least 1: " + epochs);
    }
    if (Files.isDirectory(out)) {
      throw new CliException("%s is a folder; name a file".formatted(out));
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CliException("%s: the folder %s does not exist; make it".formatted(out, folder));
    }
    PrintWriter screen = screen();
    Dataset train = Cifar100.open(data, Split.TRAIN, Labels.SUPERCLASS);
    Dataset test = Cifar100.open(data, Split.TEST, Labels.SUPERCLASS);
    long start = System.nanoTime();
    try (ClassifierTraining training =
        new ClassifierTraining(ClassifierSettings.DEFAULT.withEpochs(epochs), train)) {
      double sum = 0;
      int summed = 0;
      for (long step = 1; step <= training.steps(); step++) {
        sum += training.step();
        summed++;
        boolean epochEnds = step % training.stepsPerEpoch() == 0;
        if (epochEnds || step % STEPS_OF_A_LINE == 0) {
          print(
              screen,
              start,
              "step %d of %d: loss %.3f".formatted(step, training.steps(), sum / summed));
          sum = 0;
          summed = 0;
        }
        if (epochEnds) {
          ClassifierWeights weights = training.weights();
          weights.write(out);
          print(
              screen,
              start,
              "epoch %d: %.2f %% of the test pictures right; %s (%d bytes, %s)"
                  .formatted(
                      step / training.stepsPerEpoch(),
                      100 * ClassifierScore.accuracy(weights, test),
                      out,
                      weights.bytes(),
                      weights.identity()));
        }
      }
    }
    return 0;
  }

  private static void print(PrintWriter screen, long start, String line) {
    double seconds = (System.nanoTime() - start) * 1e-9;
    screen.printf(Locale.ROOT, "%6.0f s  %s%n", seconds, line);
    screen.flush();
  }
}
