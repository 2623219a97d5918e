package io.troupe.models.compile;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.NativeContext;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes, runs and closes graphs in several threads while garbage is collected all the time, so that
 * native code that works on what Java no longer reaches crashes the process. A program of its own:
 * nobody survives a crash.
 */
final class GarbageStorm {
  /** What it says when it survived. */
  static final String SURVIVED = "all graphs were run and gave the same bits";

  private static final int THREADS = 2;
  private static final int CLASSES = 3;
  private static final int RUNS = 3;
  private static final int SMALL_CONTEXTS = 20_000;
  private static final int LARGE_CONTEXTS = 150;
  private static final int ARRAYS_OF_A_LARGE_CONTEXT = 50_000;
  private static final int PAUSE_MILLIS = 2;
  private static final RunSettings BIGGAN =
      SettingsLoader.load(
          "demo",
          List.of(),
          List.of(
              "network.generator-channels=8",
              "network.discriminator-channels=8",
              "training.batch=2",
              "training.clip-norm=1"));
  private static final RunSettings STYLEGAN2 =
      SettingsLoader.load(
          "stylegan2-cifar100",
          List.of(),
          List.of(
              "training.batch=4",
              "training.path-length.start-step=1",
              "training.path-length.every=1",
              "training.gradient-penalty.every=1",
              "network.latent-size=6",
              "network.generator-channels=4",
              "network.discriminator-channels=4",
              "network.stylegan2.style-size=6",
              "network.stylegan2.mapping-layers=2",
              "network.stylegan2.most-channels=8",
              "network.stylegan2.deviation-group=2"));

  private GarbageStorm() {}

  /**
   * Runs.
   *
   * @param arguments how many turns
   */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    int turns = Integer.parseInt(arguments[0]);
    // Otherwise ND4J looks only now and then for what it may free.
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    Thread collector = new Thread(GarbageStorm::collect, "collector");
    collector.setDaemon(true);
    collector.start();
    // Alone, so that collecting takes less time than emptying a context.
    contexts();
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      ends.add(threads.submit(() -> work(next, turns)));
    }
    threads.shutdown();
    for (Future<?> end : ends) {
      end.get();
    }
    System.out.println(SURVIVED);
  }

  private static void collect() {
    try {
      while (true) {
        System.gc();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void work(AtomicInteger next, int turns) {
    float[][] before = new float[3][];
    for (int turn = next.getAndIncrement(); turn < turns; turn = next.getAndIncrement()) {
      // Most turns are samplers, which are made fastest; the largest graphs are a long storm's.
      int kind = turn % 25 == 1 ? 1 : turn == 8 ? 2 : 0;
      float[] made =
          switch (kind) {
            case 0 -> pictures();
            case 1 -> trained(BIGGAN);
            default -> trained(STYLEGAN2);
          };
      if (before[kind] != null && !Arrays.equals(before[kind], made)) {
        throw new IllegalStateException("turn " + turn + " gave other bits than one before");
      }
      before[kind] = made;
    }
  }

  /**
   * Contexts so large that garbage is collected while they are emptied; small ones before them, so
   * that the code is compiled, in which variables hold nothing that is not read again. They are as
   * many as that takes: without the fence in {@link NativeContext#release} three of five processes
   * crashed, at the 25th, 83rd and 92nd large one.
   */
  private static void contexts() {
    try (INDArray array = Nd4j.scalar(1f)) {
      for (int i = 0; i < SMALL_CONTEXTS; i++) {
        NativeContext.release(context(array, 1));
      }
      for (int i = 0; i < LARGE_CONTEXTS; i++) {
        NativeContext.release(context(array, ARRAYS_OF_A_LARGE_CONTEXT));
      }
    }
  }

  private static OpContext context(INDArray array, int count) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < count; i++) {
      context.setInputArray(i, array);
    }
    return context;
  }

  private static float[] pictures() {
    try (GeneratorSampler sampler =
        new GeneratorSampler(
            BIGGAN.network(),
            ImageSpec.rgb(32, CLASSES),
            new GeneratorSampler.Use(2, BatchNormMode.BATCH),
            CompiledGraph::compile)) {
      for (int row = 0; row < sampler.batch(); row++) {
        sampler.set(row, new float[BIGGAN.network().latentSize()], row);
      }
      float[] pictures = new float[sampler.batch() * sampler.pictureLength()];
      for (int run = 0; run < RUNS; run++) {
        sampler.generate(pictures, 0, sampler.batch());
      }
      return pictures;
    }
  }

  private static float[] trained(RunSettings settings) {
    int count = settings.training().batch() * settings.training().discriminatorSteps();
    FloatBuffer pixels = FloatBuffer.allocate(count * 32 * 32 * 3);
    int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    try (GanTraining training =
        new GanTraining(settings, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      training.step(1, pixels, labels);
      INDArray values = training.generator().values().flat();
      float[] copy = new float[Math.toIntExact(values.length())];
      values.data().asNioFloat().get(copy);
      return copy;
    }
  }
}
