package io.troupe.models.training;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where the tensors of both networks of a {@link GanTraining} lie in their flat vectors. Made from
 * graphs that are never compiled, so it needs neither pictures nor memory for values.
 */
public record NetworkLayouts(ParameterLayout generator, ParameterLayout discriminator) {

  /**
   * The layouts that a training with these settings has.
   *
   * @param spec of the images
   */
  public static NetworkLayouts of(NetworkSettings settings, ImageSpec spec) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    GanNetworks networks = GanNetworks.of(settings, spec);
    // Layouts do not depend on it.
    int batch = networks.batchMultiple();
    Scope generator = graph.scope("generator/", BatchNormMode.BATCH);
    Scope discriminator = graph.scope("discriminator/", BatchNormMode.BATCH);
    List<SDVariable> noise = new ArrayList<>();
    for (List<Long> shape : networks.noiseShapes(batch)) {
      noise.add(
          graph.input("noise" + noise.size(), shape.stream().mapToLong(Long::longValue).toArray()));
    }
    GeneratorInputs inputs =
        new GeneratorInputs(
            graph.input("latents", batch, settings.latentSize()),
            graph.input("classes", batch, spec.classes()),
            noise,
            Optional.empty(),
            batch);
    networks.logits(discriminator, networks.images(generator, inputs), inputs.labels(), batch, 1);
    return new NetworkLayouts(generator.layout(), discriminator.layout());
  }
}
