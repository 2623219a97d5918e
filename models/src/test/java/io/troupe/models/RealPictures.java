package io.troupe.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Training pictures of CIFAR-100, where its archive is at hand; a test that asks for them is
 * skipped elsewhere.
 */
public final class RealPictures {
  private static final Path ARCHIVE =
      Path.of("..", "..", "shared", "data", "cifar-100-binary.tar.gz");
  private static final int PIXELS = 32 * 32;
  private static final int LABELS = 2;
  private static final int TAR_BLOCK = 512;

  private final float[] pixels;
  private final int[] superclasses;

  private RealPictures(float[] pixels, int[] superclasses) {
    this.pixels = pixels;
    this.superclasses = superclasses;
  }

  /** In [-1, 1], [count, 32, 32, 3]. */
  public float[] pixels() {
    return pixels;
  }

  /** One a picture. */
  public int[] superclasses() {
    return superclasses;
  }

  /** The first ones. */
  public static RealPictures first(int count) {
    assumeTrue(Files.exists(ARCHIVE));
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(ARCHIVE)))) {
      byte[] header = in.readNBytes(TAR_BLOCK);
      while (!text(header, 0, 100).endsWith("train.bin")) {
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        in.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
        header = in.readNBytes(TAR_BLOCK);
      }
      float[] pixels = new float[count * PIXELS * 3];
      int[] superclasses = new int[count];
      for (int i = 0; i < count; i++) {
        byte[] image = in.readNBytes(LABELS + 3 * PIXELS);
        superclasses[i] = image[0];
        for (int j = 0; j < 3 * PIXELS; j++) {
          int place = (i * PIXELS + j % PIXELS) * 3 + j / PIXELS;
          pixels[place] = (image[LABELS + j] & 255) / 127.5f - 1;
        }
      }
      return new RealPictures(pixels, superclasses);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] header, int start, int length) {
    return new String(header, start, length, StandardCharsets.US_ASCII).split("\0", 2)[0];
  }
}
