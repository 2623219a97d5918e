package io.troupe.actors.sampling;

import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.config.RunSettings;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes a run's grids of pictures of its generator, or of those that another node has made. */
final class GridMaker {
  private final RunSettings settings;
  private final GeneratorSampler generator;

  /**
   * A maker.
   *
   * @param generator stays the caller's
   */
  GridMaker(RunSettings settings, GeneratorSampler generator) {
    this.settings = settings;
    this.generator = generator;
  }

  private SampleGrids empty() {
    return new SampleGrids(settings.sampling(), generator.spec());
  }

  /** Grids of what the generator has at present. */
  SampleGrids make() {
    SampleGrids grids = empty();
    try {
      GridJob.make(
          settings,
          generator,
          generator.spec().classes(),
          grids.pictures(),
          (images, first, length) -> {
            for (int row = 0; row < length; row++) {
              grids.set(first + row, images, row * generator.pictureLength());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Grids in memory take every picture.
    }
    return grids;
  }

  /** Input of a {@link GridWork} that makes the pictures of these values. */
  byte[] job(FloatVector values) {
    return new GridJob(settings, generator.spec(), empty().pictures(), values.read()).write();
  }

  /** Grids of the pictures that a {@link GridWork} has made. */
  SampleGrids of(JobData output) throws JobException {
    SampleGrids grids = empty();
    int length = generator.pictureLength();
    float[] pictures = GridJob.pictures(output.bytes(), grids.pictures() * length);
    for (int i = 0; i < grids.pictures(); i++) {
      grids.set(i, pictures, i * length);
    }
    return grids;
  }
}
