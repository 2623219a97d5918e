package io.troupe.data;

import java.util.List;
import java.util.Objects;

/**
 * Images of a dataset, made grey or RGB when they are read: RGB becomes grey as Pillow's {@code
 * convert("L")} makes it, and grey becomes RGB with three equal channels.
 *
 * @param channels 1 for grey, 3 for RGB; the images have the other number
 */
record OtherChannels(Dataset images, int channels) implements Dataset {
  private static final int RGB = 3;

  /** The dataset, with images of so many channels. */
  static Dataset of(Dataset images, int channels) {
    return images.channels() == channels ? images : new OtherChannels(images, channels);
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int height() {
    return images.height();
  }

  @Override
  public int width() {
    return images.width();
  }

  @Override
  public List<String> classNames() {
    return images.classNames();
  }

  @Override
  public int label(int index) {
    return images.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    Objects.checkFromIndexSize(0, imageBytes(), target.length);
    byte[] source = new byte[images.imageBytes()];
    images.read(index, source);
    if (channels == RGB) {
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
