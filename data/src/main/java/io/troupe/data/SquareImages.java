package io.troupe.data;

/** Images of a dataset, made squares of another size when they are read. */
public final class SquareImages extends DatasetView {
  private final Squares squares;

  /**
   * Squares of images.
   *
   * @param images RGB, of any one size
   * @param squares what they become
   */
  public SquareImages(Dataset images, Squares squares) {
    super(images, squares.side(), squares.side(), 3, images.classNames());
    this.squares = squares;
  }

  @Override
  public void read(int index, byte[] target) {
    byte[] pixels = new byte[images().imageBytes()];
    images().read(index, pixels);
    byte[] square = squares.of(new RgbImage(images().width(), images().height(), pixels));
    System.arraycopy(square, 0, target, 0, square.length);
  }
}
