package io.troupe.actors.evaluation;

import io.troupe.actors.remote.Engines;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobSettings;
import io.troupe.actors.remote.Work;
import io.troupe.actors.supervision.HeapSpace;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetException;
import io.troupe.data.Datasets;
import io.troupe.metrics.WeightsException;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GeneratorSampler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates generators of other processes' runs. What it knows of real pictures it keeps for the
 * next run of the same dataset and metrics.
 */
public final class EvaluationWork implements Work {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationWork.class);

  /** What is known of real pictures of so many kinds is kept, if there is room. */
  private static final int MOST_REFERENCES = 4;

  /** Of a run's evaluations, what makes no difference to what is known of real pictures. */
  private static final List<String> INDIFFERENT =
      List.of("evaluation.every", "evaluation.batch", "evaluation.batch-norm", "evaluation.device");

  private record Known(String key, Reference reference) {}

  private final Engines engines;
  private final Deque<Known> references = new ArrayDeque<>();

  /**
   * One that knows nothing yet.
   *
   * @param engines of runs' evaluations
   */
  public EvaluationWork(Engines engines) {
    this.engines = engines;
  }

  @Override
  public byte[] run(byte[] input, DoubleConsumer progress) throws JobException {
    EvaluationJob job = EvaluationJob.read(input);
    AtomicReference<JobData> plot = new AtomicReference<>(new JobData(new byte[0]));
    try {
      RunSettings settings = JobSettings.of(job.settings());
      ProgramCompiler compiler = engines.of(settings);
      Evaluation evaluation =
          evaluation(
              settings, reference(job, settings), compiler, png -> plot.set(new JobData(png)));
      try {
        load(evaluation, job);
        Optional<Evaluation.Result> result = evaluation.advance();
        while (result.isEmpty()) {
          progress.accept(evaluation.share());
          result = evaluation.advance();
        }
        return new EvaluationJob.Output(result.get(), plot.get()).write();
      } finally {
        evaluation.closeApart();
      }
    } catch (DatasetException | WeightsException | IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  private static void load(Evaluation evaluation, EvaluationJob job) throws JobException {
    try (FloatVector average = FloatVector.zeros(job.average().remaining())) {
      if (average.length() != evaluation.parameters()) {
        throw new JobException(
            "a generator of these settings has %d parameters, and %d came"
                .formatted(evaluation.parameters(), average.length()));
      }
      average.write().put(0, job.average(), 0, average.length());
      evaluation.begin(job.step(), average);
    }
  }

  private Evaluation evaluation(
      RunSettings settings, Reference reference, ProgramCompiler compiler, PlotTarget plot)
      throws JobException {
    Dataset dataset = reference.dataset();
    RunSettings.Evaluation wanted = settings.evaluation();
    Evaluation made =
        new Evaluation(
            settings,
            new GeneratorSampler(
                settings.network(),
                new ImageSpec(dataset.width(), dataset.channels(), dataset.classNames().size()),
                new GeneratorSampler.Use(wanted.batch(), wanted.batchNorm()),
                compiler),
            reference,
            plot);
    try {
      require(made);
      return made;
    } catch (JobException e) {
      made.closeApart();
      throw e;
    }
  }

  /** Lets go of what is known of other pictures, as far as that is needed for room. */
  private void require(Evaluation made) throws JobException {
    while (true) {
      try {
        HeapSpace.require(made.bytes(), "an evaluation for another process");
        return;
      } catch (IllegalStateException e) {
        if (references.size() < 2) {
          throw new JobException(e.getMessage(), e);
        }
        references.removeLast().reference().close();
      }
    }
  }

  /** What is known, or will be, of the pictures that a run compares with; the newest first. */
  private Reference reference(EvaluationJob job, RunSettings settings) throws JobException {
    String key = key(job, settings);
    Optional<Known> known = references.stream().filter(one -> one.key().equals(key)).findFirst();
    if (known.isPresent()) {
      references.remove(known.get());
      references.addFirst(known.get());
      return known.get().reference();
    }
    Dataset dataset = Datasets.open(settings.dataset(), settings.seed());
    Reference opened = Reference.open(settings, dataset);
    String identity = opened.identity();
    if (!identity.equals(job.identity())) {
      opened.close();
      LOG.warn(
          "The run compares with \"{}\", and this node with \"{}\".", job.identity(), identity);
      throw new JobException("that node has other pictures or another feature extractor");
    }
    if (references.size() == MOST_REFERENCES) {
      references.removeLast().reference().close();
    }
    references.addFirst(new Known(key, opened));
    return opened;
  }

  private static String key(EvaluationJob job, RunSettings settings) {
    Map<String, String> values = SettingsLoader.values(settings);
    return values.keySet().stream()
            .filter(key -> key.startsWith("dataset.") || key.startsWith("evaluation."))
            .filter(key -> !INDIFFERENT.contains(key))
            .map(key -> key + " = " + values.get(key))
            .collect(Collectors.joining("\n"))
        + "\n"
        + job.identity();
  }

  @Override
  public void close() {
    references.forEach(known -> known.reference().close());
    references.clear();
  }
}
