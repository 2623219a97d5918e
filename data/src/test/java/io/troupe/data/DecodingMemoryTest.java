package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodingMemoryTest {
  private static final int SIDE = 1536;
  private static final int THREADS = 8;

  /** Reads one image in many threads at once. */
  static final class Readers {
    private Readers() {}

    public static void main(String[] arguments) throws InterruptedException {
      Path file = Path.of(arguments[0]);
      CountDownLatch together = new CountDownLatch(THREADS);
      AtomicInteger read = new AtomicInteger();
      List<Thread> threads =
          IntStream.range(0, THREADS)
              .mapToObj(
                  i ->
                      new Thread(
                          () -> {
                            together.countDown();
                            try {
                              together.await();
                              RgbImage image = ImageFile.read(DiskEntry.of(file), false);
                              read.addAndGet(
                                  new Squares(8, Fit.CROP, Filter.BILINEAR).of(image).length / 192);
                            } catch (Exception e) {
                              System.out.println(e);
                            }
                          }))
              .toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("read " + read);
    }
  }

  /** Each takes 16 MiB, all together 128 MiB, and the JVM has 80 MiB. */
  @Test
  void largeImagesWaitForEachOther(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("large.png");
    ImageIO.write(
        new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_4BYTE_ABGR), "png", file.toFile());
    assertThat(ChildJvm.run(Map.of(), List.of("-Xmx80m"), Readers.class, file.toString()))
        .isEqualTo("read 8\nexit code 0");
  }

  @Test
  void anImageThatIsTooLargeForTheMemoryIsNamed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("large.png");
    ImageIO.write(
        new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_4BYTE_ABGR), "png", file.toFile());
    assertThat(ChildJvm.run(Map.of(), List.of("-Xmx14m"), Readers.class, file.toString()))
        .contains(file + ": the picture", "more memory than there is", "TROUPE_JAVA_OPTS=-Xmx")
        .doesNotContain("OutOfMemoryError");
  }
}
