package io.troupe.actors.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.remote.JobBytes;
import io.troupe.actors.remote.JobException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of other processes' runs against those that a run does itself. */
class EvaluationWorkTest {
  private static final String[] EVALUATED = {
    "evaluation.images=40",
    "evaluation.metrics=\"fid,kid\"",
    "evaluation.tsne-images=12",
    "evaluation.extractor=random"
  };

  @TempDir private Path folder;

  /** An evaluation in this process that a run of these settings would do, and its generator. */
  private final class Local implements AutoCloseable {
    private final Evaluation evaluation;
    private final FloatVector average;
    private final Path plot;

    Local(String name, RunSettings settings) {
      plot = folder.resolve(name);
      Dataset dataset = Datasets.open(settings.dataset(), settings.seed());
      ImageSpec spec = ImageSpec.rgb(32, dataset.classNames().size());
      try (GanTraining training = new GanTraining(settings, spec, CompiledGraph::compile)) {
        average = training.generator().values().floats().copy();
      }
      evaluation =
          new Evaluation(
              settings,
              new GeneratorSampler(
                  settings.network(),
                  spec,
                  new GeneratorSampler.Use(
                      settings.evaluation().batch(), settings.evaluation().batchNorm()),
                  CompiledGraph::compile),
              Reference.open(settings, dataset),
              PlotTarget.file(plot));
    }

    byte[] job() {
      evaluation.begin(7, average);
      return evaluation.job(average);
    }

    Evaluation.Result result() {
      evaluation.begin(7, average);
      Optional<Evaluation.Result> result = evaluation.advance();
      while (result.isEmpty()) {
        result = evaluation.advance();
      }
      return result.get();
    }

    @Override
    public void close() {
      average.close();
      evaluation.close();
    }
  }

  private static EvaluationWork work() {
    return new EvaluationWork(settings -> CompiledGraph::compile);
  }

  @Test
  void scoresAndPlotAreThoseOfTheRunItselfToTheBit() throws Exception {
    try (Local local = new Local("tsne.png", TinyRun.settings(EVALUATED));
        EvaluationWork work = work()) {
      List<Double> shares = new ArrayList<>();
      byte[] output = work.run(local.job(), shares::add);
      assertThat(shares).isSorted().hasSizeGreaterThan(2).allMatch(share -> share <= 1);
      assertThat(local.plot).doesNotExist();
      Evaluation.Result remote = local.evaluation.adopt(output);
      byte[] remotePlot = Files.readAllBytes(local.plot);
      Files.delete(local.plot);

      Evaluation.Result own = local.result();
      assertThat(own.scores()).containsKeys("fd_random", "kd_random");
      assertThat(remote).isEqualTo(own);
      assertThat(List.copyOf(remote.scores().keySet()))
          .isEqualTo(List.copyOf(own.scores().keySet()));
      assertThat(remotePlot).isEqualTo(Files.readAllBytes(local.plot));
      assertThat(work.run(local.job(), share -> {})).as("once more").isEqualTo(output);
    }
  }

  /** What was found of real pictures is not found again: the next run begins where they end. */
  @Test
  void runsShareWhatIsKnownOfRealPictures() throws Exception {
    try (Local first = new Local("a", TinyRun.settings(EVALUATED));
        Local second =
            new Local(
                "b",
                SettingsLoader.with(
                    TinyRun.settings(EVALUATED),
                    Map.of("network.generator-channels", "8", "evaluation.every", "5")));
        EvaluationWork work = work()) {
      List<Double> ofFirst = new ArrayList<>();
      List<Double> ofSecond = new ArrayList<>();
      work.run(first.job(), ofFirst::add);
      byte[] output = work.run(second.job(), ofSecond::add);
      assertThat(ofFirst.get(0)).isLessThan(0.1);
      assertThat(ofSecond.get(0)).isGreaterThan(0.5);
      assertThat(second.evaluation.adopt(output)).isEqualTo(second.result());
    }
  }

  @Test
  void whatThisMachineHasOtherwiseIsRefused() throws Exception {
    RunSettings settings = TinyRun.settings(EVALUATED);
    try (Local local = new Local("a", settings);
        EvaluationWork work = work()) {
      EvaluationJob job = EvaluationJob.read(local.job());
      assertThatThrownBy(() -> work.run(changed(job, "0" + job.identity().substring(1)), s -> {}))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("other pictures or another feature extractor");
      String away =
          SettingsLoader.render(
              SettingsLoader.with(
                  settings,
                  Map.of("dataset.kind", "image-folder", "dataset.path", "\"/not/there\"")));
      EvaluationJob elsewhere = new EvaluationJob(away, job.identity(), 7, job.average());
      assertThatThrownBy(() -> work.run(elsewhere.write(), s -> {}))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("/not/there");
      EvaluationJob small =
          new EvaluationJob(job.settings(), job.identity(), 7, job.average().slice(0, 5));
      assertThatThrownBy(() -> work.run(small.write(), s -> {}))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("and 5 came");
      assertThat(work.run(local.job(), s -> {})).as("it goes on").isNotEmpty();
    }
  }

  private static byte[] changed(EvaluationJob job, String identity) {
    return new EvaluationJob(job.settings(), identity, job.step(), job.average()).write();
  }

  /** As of a node whose memory is damaged: the run evaluates by itself, and nothing else fails. */
  @Test
  void aDamagedAnswerIsRefusedOrRead() throws Exception {
    try (Local local = new Local("a", TinyRun.settings(EVALUATED));
        EvaluationWork work = work()) {
      byte[] output = work.run(local.job(), share -> {});
      Random random = new Random(1);
      int refused = 0;
      for (int i = 0; i < 500; i++) {
        byte[] damaged = output.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          // Most of it is the plot, which is behind the scores.
          damaged[random.nextInt(1000)] = (byte) random.nextInt(256);
        }
        try {
          local.evaluation.adopt(damaged);
        } catch (JobException e) {
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(300);
      for (int length : new int[] {0, 3, 4, 100, output.length - 1}) {
        assertThatThrownBy(() -> local.evaluation.adopt(Arrays.copyOf(output, length)))
            .isInstanceOf(JobException.class);
      }
      Map<String, ?> empty =
          Map.of("scores", Map.of(), "protocol", Map.of(), "diversity", List.of(), "plot", "");
      assertThatThrownBy(() -> local.evaluation.adopt(JobBytes.of(empty, FloatBuffer.allocate(0))))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("none of this run");
    }
  }

  @Test
  void aJobThatIsNotWantedAnyMoreEnds() throws Exception {
    try (Local local = new Local("a", TinyRun.settings(EVALUATED));
        EvaluationWork work = work()) {
      byte[] job = local.job();
      assertThatThrownBy(
              () ->
                  work.run(
                      job,
                      share -> {
                        if (share > 0.6) {
                          throw new CancellationException("enough");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(local.evaluation.adopt(work.run(job, share -> {}))).isEqualTo(local.result());
    }
  }

  @Test
  void bytesOfAnotherVersionOrOfNothingAreRefused() {
    byte[] job = JobBytes.of(Map.of("settings", "a", "identity", "b"), FloatBuffer.allocate(2));
    for (int i = 0; i < 4; i++) {
      byte[] broken = job.clone();
      broken[i] = (byte) 0x7f;
      assertThatThrownBy(() -> JobBytes.read(broken)).isInstanceOf(JobException.class);
    }
    byte[] other =
        new String(job, StandardCharsets.ISO_8859_1)
            .replace("development", "devel0pment")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> JobBytes.read(other))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("devel0pment");
    assertThatThrownBy(() -> JobBytes.read(new byte[3])).isInstanceOf(JobException.class);
  }
}
