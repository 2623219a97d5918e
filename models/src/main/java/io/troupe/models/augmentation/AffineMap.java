package io.troupe.models.augmentation;

/**
 * From places of a changed picture to places of the picture that it was, both from the centre in
 * pixels to the right and down. At first nothing is changed; each change is one of what the changes
 * before it have made.
 */
final class AffineMap {
  private double xx = 1;
  private double xy;
  private double x;
  private double yx;
  private double yy = 1;
  private double y;

  /** Makes the picture larger, and mirrored where a factor is negative. */
  void scale(double right, double down) {
    multiply(1 / right, 0, 0, 1 / down);
  }

  /** Turns the picture by quarters. */
  void turn(int quarters) {
    int cosine = (quarters & 1) == 1 ? 0 : 1 - quarters;
    int sine = (quarters & 1) == 1 ? 2 - quarters : 0;
    multiply(cosine, -sine, sine, cosine);
  }

  /** Turns the picture. */
  void rotate(double angle) {
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    multiply(cosine, -sine, sine, cosine);
  }

  /** Moves the picture. */
  void shift(double right, double down) {
    x -= xx * right + xy * down;
    y -= yx * right + yy * down;
  }

  private void multiply(double a, double b, double c, double d) {
    double first = xx * a + xy * c;
    xy = xx * b + xy * d;
    xx = first;
    double second = yx * a + yy * c;
    yy = yx * b + yy * d;
    yx = second;
  }

  /** As {@link io.troupe.models.graph.GraphBuilder#warp} takes them. */
  double[] numbers() {
    return new double[] {xx, xy, x, yx, yy, y};
  }
}
