package io.troupe.models.training;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A generator that only makes pictures, in batches of a fixed size, from values that are copied
 * into it. Not thread-safe.
 */
public final class GeneratorSampler implements AutoCloseable {
  private final int batch;
  private final ImageSpec spec;
  private final boolean noise;
  private final ParameterVector values;
  private final Latents latents;
  private final FloatVector images;
  private final Program program;

  /**
   * How a generator is used.
   *
   * @param batch pictures made at a time
   * @param psi truncation of styles: 1 is none, 0 makes all styles the mean. For StyleGAN2
   * @param noise whether noise inputs are drawn, from each picture's latent vector, or zero. For
   *     StyleGAN2
   */
  public record Use(int batch, BatchNormMode batchNorm, double psi, boolean noise) {
    /** Without truncation, with noise. */
    public Use(int batch, BatchNormMode batchNorm) {
      this(batch, batchNorm, 1, true);
    }
  }

  /** A generator without values yet. */
  public GeneratorSampler(
      NetworkSettings settings, ImageSpec spec, Use use, ProgramCompiler compiler) {
    batch = use.batch();
    noise = use.noise();
    this.spec = spec;
    GanNetworks networks = GanNetworks.of(settings, spec);
    latents = new Latents(networks, batch, settings.latentSize(), spec.classes(), 0);
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope("", use.batchNorm());
    GeneratorInputs inputs = latents.declare(graph);
    graph.output(
        "images",
        use.psi() == 1
            ? networks.images(scope, inputs)
            : networks.truncated(
                scope, inputs, graph.sameDiff().constant(Nd4j.scalar(DataType.FLOAT, use.psi()))));
    values = new ParameterVector(scope.layout(), DataType.FLOAT);
    images = FloatVector.zeros(spec.shape(batch));
    program =
        compiler.compile(
            latents.bind(
                new Bindings(graph.build())
                    .bindNetwork("", values)
                    .bind("images", images.array())));
  }

  /** Pictures made at a time. */
  public int batch() {
    return batch;
  }

  /** The images that it makes. */
  public ImageSpec spec() {
    return spec;
  }

  /** Floats of one picture. */
  public int pictureLength() {
    return images.length() / batch;
  }

  /** Floats of a generator's parameters and states. */
  public int parameters() {
    return values.floats().length();
  }

  /** Copies a generator's parameters and states, as long as its layout, into this one. */
  public void load(FloatVector generator) {
    values.floats().assign(generator);
  }

  /** Sets the input of one picture of the next batch. */
  public void set(int row, float[] latent, int label) {
    latents.set(row, latent, label);
    if (noise) {
      latents.drawNoise(row, latent);
    }
  }

  /**
   * Makes a batch.
   *
   * @param target gets the first {@code count} pictures, NHWC in [-1, 1], from {@code offset} on
   */
  public void generate(float[] target, int offset, int count) {
    program.run();
    images.read().get(0, target, offset, count * pictureLength());
  }

  @Override
  public void close() {
    Resources.closeInReverse(List.of(values, latents, images, program));
  }
}
