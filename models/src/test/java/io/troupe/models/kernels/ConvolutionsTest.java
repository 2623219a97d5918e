package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.OffHeap;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pass of the convolution kernels against the definition in double. */
@Tag("parity")
class ConvolutionsTest {
  /** Norm of the difference over norm of the result. */
  private static final double TOLERANCE = 1e-5;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private int draws;

  @AfterEach
  void free() throws Exception {
    for (AutoCloseable resource : owned) {
      resource.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 8, 8, 5, 7, 3, 1, 1",
    "2, 9, 6, 3, 4, 3, 1, 1",
    "2, 6, 6, 4, 3, 1, 1, 0",
    "3, 8, 8, 3, 6, 4, 2, 1",
    "2, 7, 5, 3, 2, 5, 1, 2",
    "2, 8, 8, 40, 33, 1, 1, 0"
  })
  void directly(
      int batch, int height, int width, int in, int out, int kernel, int stride, int padding)
      throws Exception {
    check(
        new ConvolutionShape(
            batch, height, width, in, out, kernel, kernel, stride, padding, padding, 1));
  }

  /** Groups of one size and of different ones on both sides, and depthwise. */
  @ParameterizedTest
  @CsvSource({
    "2, 6, 7, 32, 32, 3, 1, 1, 2",
    "3, 8, 8, 64, 64, 3, 1, 1, 4",
    "2, 5, 6, 48, 24, 3, 1, 1, 3",
    "2, 6, 6, 6, 15, 1, 1, 0, 3",
    "2, 9, 8, 8, 8, 3, 2, 1, 2",
    "3, 4, 4, 24, 24, 4, 1, 0, 24",
    "2, 8, 8, 16, 16, 3, 1, 1, 16"
  })
  void ofGroups(
      int batch,
      int height,
      int width,
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      int groups)
      throws Exception {
    check(
        new ConvolutionShape(
            batch, height, width, in, out, kernel, kernel, stride, padding, padding, groups));
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 4, 32, 32", "3, 8, 4, 32, 48", "5, 4, 12, 40, 32", "2, 16, 16, 64, 33"})
  void byWinograd(int batch, int height, int width, int in, int out) throws Exception {
    ConvolutionShape shape = same(batch, height, width, in, out);
    assertThat(kernel(ConvolutionPass.FORWARD, shape, true).kernel)
        .isInstanceOf(WinogradConvolution.class);
    check(shape);
  }

  /** With the points 0, ±1, ±2 and infinity the forward pass is off by 1.7e-6. */
  @Test
  void winogradRoundsLittle() {
    ConvolutionShape shape = same(2, 16, 16, 64, 64);
    NaiveConvolution naive = new NaiveConvolution(shape);
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      Run run = kernel(pass, shape, false);
      run.kernel.run();
      float[] a = Numbers.read(run.operands.get(0));
      float[] b = Numbers.read(run.operands.get(1));
      double[] expected =
          switch (pass) {
            case FORWARD -> naive.forward(a, b, new float[0]);
            case INPUT_GRADIENT -> naive.inputGradient(a, b);
            case WEIGHT_GRADIENT -> naive.weightGradient(a, b);
          };
      assertThat(Numbers.distance(Numbers.read(run.result), expected))
          .as("%s", pass)
          .isBetween(0.0, 1e-6);
    }
  }

  /** One axis and both; one matrix, single tiles and stripes; parts of tiles at every border. */
  @ParameterizedTest
  @CsvSource({
    "5, 17, 17, 33, 40, 7, 1, 3, 0",
    "4, 17, 17, 40, 33, 1, 7, 0, 3",
    "3, 8, 8, 32, 32, 1, 3, 0, 1",
    "2, 50, 7, 32, 34, 7, 1, 3, 0",
    "3, 8, 12, 32, 32, 3, 3, 1, 1",
    "2, 35, 35, 32, 32, 5, 5, 2, 2",
    "2, 37, 23, 48, 32, 3, 3, 0, 0",
    "1, 26, 200, 64, 64, 3, 3, 1, 1",
    "1, 150, 90, 64, 64, 3, 3, 0, 1",
    "1, 20, 31, 32, 32, 5, 3, 2, 1"
  })
  void reluByTiles(
      int batch,
      int height,
      int width,
      int in,
      int out,
      int kernelHeight,
      int kernelWidth,
      int paddingHeight,
      int paddingWidth) {
    ConvolutionShape shape =
        new ConvolutionShape(
            batch,
            height,
            width,
            in,
            out,
            kernelHeight,
            kernelWidth,
            1,
            paddingHeight,
            paddingWidth,
            1);
    checkRectified(shape, TileConvolution.class, 1.5 * TOLERANCE);
  }

  @Test
  void reluDirectly() {
    checkRectified(
        new ConvolutionShape(2, 9, 9, 33, 32, 3, 3, 2, 0, 0, 1),
        DirectConvolution.class,
        TOLERANCE);
  }

  private void checkRectified(
      ConvolutionShape shape, Class<? extends Kernel> kind, double tolerance) {
    for (boolean biased : new boolean[] {false, true}) {
      Run run = kernel(ConvolutionPass.FORWARD, shape, biased, true);
      assertThat(run.kernel).isInstanceOf(kind);
      run.kernel.run();
      run.kernel.run();
      double[] expected =
          new NaiveConvolution(shape)
              .forward(
                  Numbers.read(run.operands.get(0)),
                  Numbers.read(run.operands.get(1)),
                  biased ? Numbers.read(run.operands.get(2)) : new float[0]);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Math.max(expected[i], 0);
      }
      assertThat(Numbers.distance(Numbers.read(run.result), expected))
          .as("%s", shape)
          .isBetween(0.0, tolerance);
    }
  }

  @Test
  void tilesOfLargePicturesAreTakenInStripes() {
    List<TileStripe> stripes =
        TileStripe.of(new ConvolutionShape(1, 150, 90, 64, 64, 3, 3, 1, 0, 1, 1), 2);
    assertThat(stripes).hasSizeGreaterThan(3);
    // The ones in the middle are alike.
    assertThat(stripes.get(2).plan()).isSameAs(stripes.get(1).plan());
  }

  @Test
  void severalBlocksAsDirectly() {
    ConvolutionShape shape = same(9, 32, 32, 96, 100);
    assertThat(WinogradConvolution.block(shape)).isEqualTo(3);
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      Run run = kernel(pass, shape, true);
      run.kernel.run();
      FloatMemory result = random(run.result.length());
      FloatMemory scratch =
          random(
              DirectConvolution.scratch(
                  pass,
                  shape,
                  run.operands.size() == 3,
                  false,
                  ElementType.FLOAT32,
                  ElementType.FLOAT32));
      try (Kernel direct =
          DirectConvolution.bind(
              pass, shape, false, new ConvolutionArrays(run.operands, result, scratch))) {
        direct.run();
      }
      float[] expected = Numbers.read(result);
      double[] widened = new double[expected.length];
      for (int i = 0; i < expected.length; i++) {
        widened[i] = expected[i];
      }
      assertThat(Numbers.distance(Numbers.read(run.result), widened))
          .as("%s", pass)
          .isBetween(0.0, TOLERANCE);
    }
  }

  @Test
  void runsMakeNoGarbage() throws Exception {
    for (ConvolutionShape shape : List.of(same(4, 16, 16, 64, 64), same(4, 16, 16, 3, 16))) {
      for (ConvolutionPass pass : ConvolutionPass.values()) {
        makesNoGarbage(kernel(pass, shape, true).kernel);
      }
    }
    ConvolutionShape tiles = new ConvolutionShape(4, 17, 17, 32, 32, 7, 1, 1, 3, 0, 1);
    makesNoGarbage(kernel(ConvolutionPass.FORWARD, tiles, true, true).kernel);
  }

  private static void makesNoGarbage(Kernel kernel) throws InterruptedException {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (int i = 0; i < 20; i++) {
      kernel.run();
    }
    long offHeap = OffHeap.settledBytes();
    long heap = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 10; i++) {
      kernel.run();
    }
    assertThat((threads.getThreadAllocatedBytes(thread) - heap) / 10).isLessThan(4_000);
    assertThat(OffHeap.bytes()).isEqualTo(offHeap);
  }

  @Test
  void runsAtTheSameTimeDoNotDisturbEachOther() throws Exception {
    ConvolutionShape shape = same(8, 16, 16, 64, 64);
    List<Run> runs = new ArrayList<>();
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      runs.add(kernel(pass, shape, true));
      runs.add(kernel(pass, shape, true));
    }
    List<float[]> alone = new ArrayList<>();
    for (Run run : runs) {
      run.kernel.run();
      alone.add(Numbers.read(run.result));
    }
    List<Thread> threads = new ArrayList<>();
    for (Run run : runs) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  run.kernel.run();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < runs.size(); i++) {
      assertThat(Numbers.read(runs.get(i).result)).isEqualTo(alone.get(i));
    }
  }

  private static ConvolutionShape same(int batch, int height, int width, int in, int out) {
    return new ConvolutionShape(batch, height, width, in, out, 3, 3, 1, 1, 1, 1);
  }

  private void check(ConvolutionShape shape) throws Exception {
    NaiveConvolution naive = new NaiveConvolution(shape);
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      for (boolean biased : new boolean[] {false, true}) {
        Run run = kernel(pass, shape, biased);
        run.kernel.run();
        // A second run must not depend on what the first left.
        run.kernel.run();
        float[] a = Numbers.read(run.operands.get(0));
        float[] b = Numbers.read(run.operands.get(1));
        double[] expected =
            switch (pass) {
              case FORWARD ->
                  naive.forward(
                      a,
                      b,
                      run.operands.size() == 3 ? Numbers.read(run.operands.get(2)) : new float[0]);
              case INPUT_GRADIENT -> naive.inputGradient(a, b);
              case WEIGHT_GRADIENT -> naive.weightGradient(a, b);
            };
        assertThat(Numbers.distance(Numbers.read(run.result), expected))
            .as("%s of %s", pass, shape)
            .isBetween(0.0, TOLERANCE);
      }
    }
  }

  private record Run(Kernel kernel, List<FloatMemory> operands, FloatMemory result) {}

  private Run kernel(ConvolutionPass pass, ConvolutionShape shape, boolean biased) {
    return kernel(pass, shape, biased, false);
  }

  private Run kernel(
      ConvolutionPass pass, ConvolutionShape shape, boolean biased, boolean withRelu) {
    FloatMemory x = random(shape.inputLength());
    FloatMemory w = random(shape.weightLength());
    FloatMemory dy = random(shape.outputLength());
    List<FloatMemory> operands =
        switch (pass) {
          case FORWARD -> biased ? List.of(x, w, random(shape.out())) : List.of(x, w);
          case INPUT_GRADIENT -> List.of(w, dy);
          case WEIGHT_GRADIENT -> List.of(x, dy);
        };
    FloatMemory result =
        random(
            switch (pass) {
              case FORWARD -> shape.outputLength();
              case INPUT_GRADIENT -> shape.inputLength();
              case WEIGHT_GRADIENT -> w.length();
            });
    FloatMemory scratch = random(Convolutions.scratch(pass, shape, operands.size() == 3, withRelu));
    Kernel kernel = Convolutions.kernel(pass, shape, withRelu, operands, result, scratch);
    // Kernels are freed before their memory.
    owned.add(0, kernel);
    return new Run(kernel, operands, result);
  }

  private FloatMemory random(long length) {
    FloatPointer pointer = new FloatPointer(Math.max(1, length));
    owned.add(pointer);
    FloatMemory memory = new FloatMemory(pointer.address(), length);
    CounterRandom random = new CounterRandom(3, Stream.INITIALISATION, 0, draws++);
    for (int i = 0; i < length; i++) {
      pointer.put(i, (float) random.nextGaussian());
    }
    return memory;
  }
}
