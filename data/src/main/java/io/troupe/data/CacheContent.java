package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** What a {@link CacheFile} holds besides images. */
final class CacheContent {
  private static final int PAGE = 4096;

  final int side;
  final int channels;
  final int[] labels;
  final List<String> classNames;
  private final List<String> notes;

  /**
   * What it is to hold.
   *
   * @param side of the images, in pixels
   * @param channels of the images, 3 or 1
   * @param labels by image
   * @param classNames by label
   * @param notes what was said when the images were decoded
   */
  CacheContent(int side, int channels, int[] labels, List<String> classNames, List<String> notes) {
    this.side = side;
    this.channels = channels;
    this.labels = labels;
    this.classNames = classNames;
    this.notes = notes;
  }

  int imageBytes() {
    return channels * side * side;
  }

  /** Class names and notes, as the file has them. */
  byte[] texts() {
    return (String.join("\0", classNames) + "\0\0" + String.join("\0", notes)).getBytes(UTF_8);
  }

  /** Where images begin. */
  long start(int textBytes) {
    long end = CacheFile.HEADER_BYTES + (long) CacheFile.ENTRY_BYTES * labels.length + textBytes;
    return (end + PAGE - 1) / PAGE * PAGE;
  }

  /** How many bytes a file takes; texts that are not known yet do not count. */
  long fileBytes() {
    return start(texts().length) + (long) labels.length * imageBytes();
  }
}
