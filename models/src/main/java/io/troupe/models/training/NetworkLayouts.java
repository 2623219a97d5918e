package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.biggan.BigGanDiscriminator;
import io.troupe.models.biggan.BigGanGenerator;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where the tensors of both networks of a {@link BigGanTraining} lie in their flat vectors. Made
 * from graphs that are never compiled, so it needs neither pictures nor memory for values.
 */
public record NetworkLayouts(ParameterLayout generator, ParameterLayout discriminator) {
  /** Layouts do not depend on it. */
  private static final int BATCH = 1;

  /**
   * The layouts that a training with these settings has.
   *
   * @param classes number of classes, at least 1
   */
  public static NetworkLayouts of(RunSettings.Network settings, int classes) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope generator = graph.scope("generator/", BatchNormMode.BATCH);
    Scope discriminator = graph.scope("discriminator/", BatchNormMode.BATCH);
    SDVariable latents = graph.input("latents", BATCH, settings.latentSize());
    SDVariable labels = graph.input("classes", BATCH, classes);
    SDVariable images =
        new BigGanGenerator(settings, classes).images(generator, latents, labels, BATCH);
    new BigGanDiscriminator(settings, classes).logits(discriminator, images, labels);
    return new NetworkLayouts(generator.layout(), discriminator.layout());
  }
}
