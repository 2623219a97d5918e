package io.troupe.actors.view;

import io.troupe.actors.history.RunFiles;
import io.troupe.actors.sampling.ScaledImage;
import io.troupe.config.files.PngFiles;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Pictures scaled down, the newest of which are kept in memory. Thread-safe. */
final class Thumbnails {
  /** Of a picture that is scaled; a larger one would take too much memory. */
  private static final long MOST_PIXELS = 40_000_000;

  private static final int MOST_BYTES = 16 << 20;

  /** Of what is kept with each picture, and of one that cannot be scaled. */
  private static final int BYTES_OF_ENTRY = 512;

  private record Key(RunFiles.Listed file, int width) {}

  private final Map<Key, Optional<byte[]>> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final int mostBytes;
  private int bytes;

  Thumbnails() {
    this(MOST_BYTES);
  }

  Thumbnails(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * A picture of a width as PNG; empty if it is not wider than that, or cannot be scaled.
   *
   * @throws IOException if the file cannot be read
   */
  Optional<byte[]> of(RunFiles.Listed file, int width) throws IOException {
    Key key = new Key(file, width);
    synchronized (this) {
      Optional<byte[]> before = kept.get(key);
      if (before != null) {
        return before;
      }
    }
    Optional<byte[]> made = scale(file, width);
    synchronized (this) {
      if (kept.put(key, made) == null) {
        bytes += size(made);
      }
      Iterator<Optional<byte[]>> eldest = kept.values().iterator();
      while (bytes > mostBytes && eldest.hasNext()) {
        bytes -= size(eldest.next());
        eldest.remove();
      }
    }
    return made;
  }

  private static int size(Optional<byte[]> entry) {
    return BYTES_OF_ENTRY + entry.map(content -> content.length).orElse(0);
  }

  /** How many are kept. */
  synchronized int kept() {
    return kept.size();
  }

  private static Optional<byte[]> scale(RunFiles.Listed file, int width) throws IOException {
    try (InputStream in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS);
        ImageInputStream images = ImageIO.createImageInputStream(in)) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
      if (!readers.hasNext()) {
        throw new IOException("this Java has no PNG reader");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(images, true, true);
        int from = reader.getWidth(0);
        int fromHeight = reader.getHeight(0);
        if (from <= width || (long) from * fromHeight > MOST_PIXELS) {
          return Optional.empty();
        }
        int height = Math.max(1, Math.round((float) fromHeight * width / from));
        return Optional.of(PngFiles.bytes(scaled(reader.read(0), width, height)));
      } catch (RuntimeException e) {
        // The JDK's reader throws several of them at damaged files.
        throw new IOException(file.name() + " is not a PNG that can be read: " + e, e);
      } finally {
        reader.dispose();
      }
    }
  }

  /** In halves, each of which is a mean of four pixels, and then the rest. */
  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    BufferedImage now = image;
    while (now.getWidth() >= 2 * width && now.getHeight() >= 2 * height) {
      now = drawn(now, now.getWidth() / 2, now.getHeight() / 2);
    }
    return drawn(now, width, height);
  }

  private static BufferedImage drawn(BufferedImage image, int width, int height) {
    return ScaledImage.of(image, width, height, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
  }
}
