package io.troupe.actors.loop;

import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobSettings;
import io.troupe.actors.remote.Work;
import io.troupe.config.RunSettings;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetException;
import io.troupe.data.Datasets;
import io.troupe.models.networks.ImageSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/** Makes batches of other processes' runs. */
public final class BatchWork implements Work {
  /** So many runs' datasets stay open. */
  private static final int MOST_SOURCES = 4;

  private final Deque<Source> sources = new ArrayDeque<>();

  /** What makes the batches of a run while its settings stay. */
  private static final class Source implements AutoCloseable {
    private final BatchJob first;
    private final BatchPlan plan;
    private final BatchMaker maker;
    private final BatchBuffer buffer;

    Source(BatchJob first, RunSettings settings, Dataset dataset) {
      this.first = first;
      int images = settings.training().imagesPerStep();
      plan = new BatchPlan(settings.seed(), dataset.size(), images);
      maker = new BatchMaker(settings, dataset);
      buffer =
          new BatchBuffer(
              images,
              new ImageSpec(dataset.width(), dataset.channels(), dataset.classNames().size()));
    }

    boolean isOf(BatchJob job) {
      return job.settings().equals(first.settings()) && job.pictures().equals(first.pictures());
    }

    byte[] batch(long step) {
      plan.indices(step, buffer.indices());
      maker.fill(step, buffer);
      return BatchJob.output(buffer);
    }

    @Override
    public void close() {
      buffer.close();
    }
  }

  @Override
  public byte[] run(byte[] input, DoubleConsumer progress) throws JobException {
    BatchJob job = BatchJob.read(input);
    try {
      return source(job).batch(job.step());
    } catch (DatasetException | IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  private Source source(BatchJob job) throws JobException {
    Optional<Source> known = sources.stream().filter(source -> source.isOf(job)).findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    RunSettings settings = JobSettings.of(job.settings());
    Dataset dataset = Datasets.open(settings.dataset(), settings.seed());
    if (!new DatasetDigest(dataset).value().equals(job.pictures())) {
      throw new JobException("that node has other pictures");
    }
    Source opened = new Source(job, settings, dataset);
    sources.addFirst(opened);
    if (sources.size() > MOST_SOURCES) {
      sources.removeLast().close();
    }
    return opened;
  }

  @Override
  public void close() {
    sources.forEach(Source::close);
    sources.clear();
  }
}
