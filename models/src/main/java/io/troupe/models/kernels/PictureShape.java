package io.troupe.models.kernels;

/** A batch of channels-last pictures. */
public record PictureShape(int pictures, int height, int width, int channels) {
  /** Numbers of one picture. */
  int length() {
    return height * width * channels;
  }
}
