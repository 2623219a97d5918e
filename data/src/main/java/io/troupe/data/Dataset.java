package io.troupe.data;

import java.util.List;

/**
 * Labelled images of one size, reachable by index in any order and from any thread.
 *
 * <p>Images are 8-bit, rows from the top, channels interleaved (height, width, channel).
 */
public interface Dataset {
  /** Number of images. */
  int size();

  /** Pixels from top to bottom. */
  int height();

  /** Pixels from left to right. */
  int width();

  /** Bytes of a pixel: 3 for RGB, 1 for grey. */
  int channels();

  /** Bytes of an image. */
  default int imageBytes() {
    return height() * width() * channels();
  }

  /** Names of the classes, by label. */
  List<String> classNames();

  /** The class of an image: 0 to {@code classNames().size() - 1}. */
  int label(int index);

  /**
   * Copies an image's {@link #imageBytes} bytes.
   *
   * @throws IndexOutOfBoundsException if there is no such image or {@code target} is too short
   */
  void read(int index, byte[] target);
}
