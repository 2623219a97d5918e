package io.troupe.data;

import java.util.Objects;

/**
 * Images of a dataset, made grey or RGB when they are read: RGB becomes grey as Pillow's {@code
 * convert("L")} makes it, and grey becomes RGB with three equal channels.
 */
final class OtherChannels extends DatasetView {
  private static final int RGB = 3;

  private OtherChannels(Dataset images, int channels) {
    super(images, images.height(), images.width(), channels, images.classNames());
  }

  /**
   * The dataset, with images of so many channels.
   *
   * @param channels 1 for grey, 3 for RGB
   */
  static Dataset of(Dataset images, int channels) {
    return images.channels() == channels ? images : new OtherChannels(images, channels);
  }

  @Override
  public void read(int index, byte[] target) {
    Objects.checkFromIndexSize(0, imageBytes(), target.length);
    byte[] source = new byte[images().imageBytes()];
    images().read(index, source);
    if (channels() == RGB) {
      for (int i = 0; i < imageBytes(); i++) {
        target[i] = source[i / RGB];
      }
    } else {
      for (int i = 0; i < imageBytes(); i++) {
        int at = RGB * i;
        target[i] =
            (byte) PillowJitter.grey(source[at] & 255, source[at + 1] & 255, source[at + 2] & 255);
      }
    }
  }
}
