package io.troupe.data;

/** Plane figures within about one unit of the origin; x points right and y up. */
enum Shape {
  DISC,
  RING,
  SQUARE,
  TRIANGLE,
  CROSS,
  STAR,
  HEART,
  CRESCENT,
  STRIPES,
  CHECKERBOARD;

  private static final double HALF_ROOT_3 = Math.sqrt(0.75);
  private static final double HALF_ROOT_2 = Math.sqrt(0.5);
  private static final double SIN_18 = (Math.sqrt(5) - 1) / 4;
  private static final double SIN_54 = (Math.sqrt(5) + 1) / 4;
  private static final double COS_18 = Math.sqrt(1 - SIN_18 * SIN_18);
  private static final double COS_54 = Math.sqrt(1 - SIN_54 * SIN_54);

  /**
   * The signed distance of a point from the outline, negative inside. Near the outline it is exact,
   * except at corners; far from it only the sign is to be relied on.
   */
  double distance(double x, double y) {
    return switch (this) {
      case DISC -> length(x, y) - 0.9;
      case RING -> Math.abs(length(x, y) - 0.72) - 0.2;
      case SQUARE -> box(x, y, 0.78, 0.78);
      case TRIANGLE -> triangle(x, y);
      case CROSS -> Math.min(box(x, y, 0.95, 0.27), box(x, y, 0.27, 0.95));
      case STAR -> star(x, y);
      case HEART -> heart(x, y);
      case CRESCENT -> Math.max(length(x, y) - 0.95, 0.78 - length(x - 0.45, y));
      case STRIPES -> Math.min(box(x, Math.abs(y) - 0.65, 0.85, 0.2), box(x, y, 0.85, 0.2));
      case CHECKERBOARD -> checkerboard(x, y);
    };
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  private static double box(double x, double y, double halfWidth, double halfHeight) {
    return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
  }

  private static double triangle(double x, double y) {
    double above = y + 0.15;
    return Math.max(HALF_ROOT_3 * Math.abs(x) + above / 2, -above) - 0.55;
  }

  /** Five points. The star's mirror symmetries fold the plane to half a point, with one edge. */
  private static double star(double x, double y) {
    double u = Math.abs(x);
    double beyond = 2 * Math.max(0, u * SIN_18 - y * COS_18);
    double v = y + beyond * COS_18;
    u = Math.abs(u - beyond * SIN_18);
    beyond = 2 * Math.max(0, u * SIN_54 - v * COS_54);
    u -= beyond * SIN_54;
    v += beyond * COS_54;
    double tip = 1;
    double notch = 0.45;
    double normalX = tip - notch * SIN_54;
    double normalY = notch * COS_54;
    return (normalX * u + normalY * (v - tip)) / length(normalX, normalY);
  }

  /** A square on its corner, and a half disc on each of its upper sides. */
  private static double heart(double x, double y) {
    double half = 0.53;
    double u = HALF_ROOT_2 * (y + Math.abs(x) + 0.1);
    double v = HALF_ROOT_2 * (y - Math.abs(x) + 0.1);
    return Math.min(box(u, v, half, half), length(u - half, v) - half);
  }

  /** The corners and the centre of three by three fields. */
  private static double checkerboard(double x, double y) {
    double field = 0.56;
    double centre = box(x, y, field / 2, field / 2);
    double corner = box(Math.abs(x) - field, Math.abs(y) - field, field / 2, field / 2);
    return Math.min(centre, corner);
  }
}
