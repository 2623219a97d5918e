package io.troupe.data;

import java.util.List;

/**
 * Images of a dataset, made squares of another size when they are read.
 *
 * @param images of any one size
 * @param squares what they become
 */
public record SquareImages(Dataset images, Squares squares) implements Dataset {
  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int height() {
    return squares.side();
  }

  @Override
  public int width() {
    return squares.side();
  }

  @Override
  public int channels() {
    return 3;
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
    byte[] pixels = new byte[3 * images.height() * images.width()];
    images.read(index, pixels);
    byte[] square = squares.of(new RgbImage(images.width(), images.height(), pixels));
    System.arraycopy(square, 0, target, 0, square.length);
  }
}
