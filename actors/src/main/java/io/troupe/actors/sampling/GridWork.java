package io.troupe.actors.sampling;

import io.troupe.actors.remote.Engines;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.Work;
import io.troupe.actors.supervision.HeapSpace;
import io.troupe.config.RunSettings;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.function.DoubleConsumer;

/** Makes pictures of the grids of other processes' runs, which needs no dataset. */
public final class GridWork implements Work {
  private final Engines engines;

  /**
   * One.
   *
   * @param engines of runs' pictures
   */
  public GridWork(Engines engines) {
    this.engines = engines;
  }

  @Override
  public byte[] run(byte[] input, DoubleConsumer progress) throws JobException {
    GridJob job = GridJob.read(input);
    RunSettings settings = job.settings();
    ProgramCompiler compiler = engines.of(settings);
    int batch = Sampler.batch(job.spec().classes() * settings.sampling().perClass());
    try (GeneratorSampler generator =
        new GeneratorSampler(
            settings.network(),
            job.spec(),
            new GeneratorSampler.Use(batch, settings.sampling().batchNorm()),
            compiler)) {
      return make(job, generator, progress);
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  private static byte[] make(GridJob job, GeneratorSampler generator, DoubleConsumer progress)
      throws IOException {
    int length = generator.pictureLength();
    // The pictures as floats and as bytes.
    HeapSpace.require(2L * Float.BYTES * job.count() * length, "pictures for another process");
    try (FloatVector values = FloatVector.zeros(job.generator().remaining())) {
      if (values.length() != generator.parameters()) {
        throw new IllegalArgumentException(
            "a generator of these settings has %d parameters, and %d came"
                .formatted(generator.parameters(), values.length()));
      }
      values.write().put(0, job.generator(), 0, values.length());
      generator.load(values);
    }
    FloatBuffer pictures = FloatBuffer.allocate(Math.multiplyExact(job.count(), length));
    GridJob.make(
        job.settings(),
        generator,
        job.spec().classes(),
        job.count(),
        (batch, first, count) -> {
          pictures.put(first * length, batch, 0, count * length);
          progress.accept((double) (first + count) / job.count());
        });
    return GridJob.output(pictures);
  }

  @Override
  public void close() {
    // Nothing is kept from job to job.
  }
}
