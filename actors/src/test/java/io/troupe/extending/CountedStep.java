package io.troupe.extending;

import io.troupe.actors.TinyRun;
import io.troupe.config.RunSettings;
import io.troupe.models.graph.Engine;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;

/** A program that trains one step by the engine {@code counting} and tells of it as JSON. */
public final class CountedStep {
  private CountedStep() {}

  /** Without arguments. */
  public static void main(String[] none) {
    // SameDiff prints notes of its own to the standard output.
    PrintStream screen = System.out;
    System.setOut(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    CountingEngine engine = (CountingEngine) Engine.named("counting").on("cpu");
    RunSettings settings = TinyRun.settings();
    int count = settings.training().imagesPerStep();
    int programs;
    StepResult result;
    try (GanTraining training = new GanTraining(settings, ImageSpec.rgb(32, 2), engine)) {
      programs = engine.programs();
      FloatBuffer images =
          FloatBuffer.allocate(count * training.spec().size() * training.spec().size() * 3);
      result = training.step(1, images, new int[count]);
    }
    screen.printf(
        "{\"discriminator_steps\": %d, \"programs\": %d, \"runs\": %d, \"left\": %d, \"loss\": %s}%n",
        settings.training().discriminatorSteps(),
        programs,
        engine.runs(),
        engine.programs(),
        result.generatorLoss());
  }
}
