package io.troupe.actors.sampling;

/**
 * Rows of pictures that go linearly from one latent vector to another of the same class. Row r goes
 * from vector 2r to vector 2r + 1 of the ends, and is of the class that picture r of them has.
 *
 * @param steps pictures of a row with both ends, at least 2
 */
public record InterpolatedLatents(DrawnLatents ends, int steps) implements LatentSource {
  @Override
  public void latent(int index, float[] target) {
    int row = index / steps;
    float far = (float) (index % steps) / (steps - 1);
    float[] end = new float[target.length];
    ends.latent(2 * row, target);
    ends.latent(2 * row + 1, end);
    for (int i = 0; i < target.length; i++) {
      target[i] = (1 - far) * target[i] + far * end[i];
    }
  }

  @Override
  public int label(int index) {
    return ends.label(index / steps);
  }
}
