package io.troupe.data;

import java.util.List;

/**
 * Labelled pictures of one size, reachable by index in any order and from any thread.
 *
 * <p>Pictures are 8-bit RGB, rows from the top, channels interleaved (height, width, channel).
 */
public interface Dataset {
  /** Number of pictures. */
  int size();

  /** Pixels from top to bottom. */
  int height();

  /** Pixels from left to right. */
  int width();

  /** Names of the classes, by label. */
  List<String> classNames();

  /** The class of a picture: 0 to {@code classNames().size() - 1}. */
  int label(int index);

  /**
   * Copies a picture's {@code height * width * 3} bytes.
   *
   * @throws IndexOutOfBoundsException if there is no such picture or {@code target} is too short
   */
  void read(int index, byte[] target);
}
