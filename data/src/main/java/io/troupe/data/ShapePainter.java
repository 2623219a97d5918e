package io.troupe.data;

import io.troupe.config.random.CounterRandom;

/** One antialiased image of a shape at a random place, size, angle, colour and light. */
final class ShapePainter {
  /** Ends of the ranges of colours, 8-bit RGB. */
  private static final double[][] WARM = {{214, 40, 72}, {255, 190, 40}};

  private static final double[][] COOL = {{70, 70, 205}, {20, 185, 165}};
  private static final double[] NIGHT = {30, 33, 44};
  private static final double[] PAPER = {244, 240, 232};
  private static final double MIN_RADIUS = 0.3;
  private static final double MAX_RADIUS = 0.41;
  private static final double MAX_ANGLE = 0.35;

  private final Shape shape;
  private final double[][] palette;
  private final int side;
  private final double radius;
  private final double centreX;
  private final double centreY;
  private final double cosine;
  private final double sine;
  private final double ground;
  private final double groundSlope;
  private final double colour;
  private final double colourSlope;
  private final double lightX;
  private final double lightY;

  /**
   * Draws what is random about an image.
   *
   * @param warm or cool colours
   * @param side pixels of the square image's sides
   */
  ShapePainter(CounterRandom random, Shape shape, boolean warm, int side) {
    this.shape = shape;
    palette = warm ? WARM : COOL;
    this.side = side;
    radius = side * random.nextDouble(MIN_RADIUS, MAX_RADIUS);
    double play = side / 2.0 - radius - 1;
    centreX = side / 2.0 + random.nextDouble(-play, play);
    centreY = side / 2.0 + random.nextDouble(-play, play);
    double angle = random.nextDouble(-MAX_ANGLE, MAX_ANGLE);
    cosine = StrictMath.cos(angle);
    sine = StrictMath.sin(angle);
    ground = random.nextBoolean() ? random.nextDouble(0.02, 0.3) : random.nextDouble(0.8, 0.98);
    groundSlope = random.nextDouble(0.02, 0.1);
    colour = random.nextDouble();
    colourSlope = random.nextDouble(-0.25, 0.25);
    double light = random.nextDouble(0.2, 0.8) * Math.PI;
    lightX = StrictMath.cos(light);
    lightY = StrictMath.sin(light);
  }

  /** Writes the {@code side * side * 3} bytes, interleaved RGB, rows from the top. */
  void paint(byte[] target) {
    double shadow = 0.09 * radius;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        double right = column + 0.5 - centreX;
        double up = centreY - row - 0.5;
        double lit = (right * lightX + up * lightY) / radius;
        double cover = coverage(right, up, 1);
        double shade = cover < 1 ? coverage(right + shadow * lightX, up + shadow * lightY, 2) : 0;
        int pixel = 3 * (row * side + column);
        for (int channel = 0; channel < 3; channel++) {
          double behind = mix(NIGHT[channel], PAPER[channel], ground + groundSlope * lit);
          behind *= 1 - 0.35 * shade;
          double front = mix(palette[0][channel], palette[1][channel], colour + colourSlope * lit);
          front = Math.min(front * (0.9 + 0.14 * lit), 255);
          double value = behind + cover * (front - behind);
          target[pixel + channel] = (byte) (int) (value + 0.5);
        }
      }
    }
  }

  /** How much of the shape covers a point, 0 to 1, over an edge that is so many pixels wide. */
  private double coverage(double right, double up, double edge) {
    if (right * right + up * up > 1.3 * radius * radius + 30) {
      return 0;
    }
    double x = (cosine * right + sine * up) / radius;
    double y = (cosine * up - sine * right) / radius;
    return clamp(0.5 - shape.distance(x, y) * radius / edge);
  }

  private static double mix(double first, double second, double share) {
    return first + clamp(share) * (second - first);
  }

  private static double clamp(double share) {
    return Math.max(0, Math.min(share, 1));
  }
}
