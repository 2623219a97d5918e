package io.troupe.data;

/** Images of a dataset, made squares of another size when they are read. */
public final class SquareImages extends DatasetView {
  private static final int RGB = 3;

  private final Squares squares;

  /** The images, for grey ones with three equal channels. */
  private final Dataset rgb;

  /**
   * Squares of images.
   *
   * @param images of any one size
   * @param squares what they become
   */
  public SquareImages(Dataset images, Squares squares) {
    super(images, squares.side(), squares.side(), images.channels(), images.classNames());
    this.squares = squares;
    rgb = OtherChannels.of(images, RGB);
  }

  @Override
  public void read(int index, byte[] target) {
    byte[] pixels = new byte[rgb.imageBytes()];
    rgb.read(index, pixels);
    byte[] square = squares.of(new RgbImage(rgb.width(), rgb.height(), pixels));
    for (int i = 0; i < imageBytes(); i++) {
      target[i] = square[channels() == RGB ? i : RGB * i];
    }
  }
}
