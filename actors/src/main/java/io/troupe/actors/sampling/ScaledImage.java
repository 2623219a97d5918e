package io.troupe.actors.sampling;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Images of another size. */
public final class ScaledImage {
  private ScaledImage() {}

  /**
   * A copy in RGB.
   *
   * @param width in pixels
   * @param height in pixels
   * @param interpolation a value of {@link RenderingHints#KEY_INTERPOLATION}
   */
  public static BufferedImage of(BufferedImage image, int width, int height, Object interpolation) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }
}
