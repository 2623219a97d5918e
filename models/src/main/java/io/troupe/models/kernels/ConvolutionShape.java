package io.troupe.models.kernels;

/**
 * The sizes of a convolution of channels-last pictures [batch, height, width, in] with weights
 * [kernelHeight, kernelWidth, in, out].
 *
 * @param stride in both directions
 * @param paddingHeight zeros above and below
 * @param paddingWidth zeros left and right
 * @param groups 1, or into so many groups the channels of input and result are divided, one after
 *     the other; a group of the result reads its group of the input only, and weights are
 *     [kernelHeight, kernelWidth, in / groups, out]
 */
public record ConvolutionShape(
    long batch,
    long height,
    long width,
    long in,
    long out,
    long kernelHeight,
    long kernelWidth,
    long stride,
    long paddingHeight,
    long paddingWidth,
    long groups) {

  /** The same with another number of pictures. */
  ConvolutionShape withBatch(long pictures) {
    return new ConvolutionShape(
        pictures,
        height,
        width,
        in,
        out,
        kernelHeight,
        kernelWidth,
        stride,
        paddingHeight,
        paddingWidth,
        groups);
  }

  /** Height of the result. */
  public long outHeight() {
    return (height + 2 * paddingHeight - kernelHeight) / stride + 1;
  }

  /** Width of the result. */
  public long outWidth() {
    return (width + 2 * paddingWidth - kernelWidth) / stride + 1;
  }

  /** Whether it is 3x3 and keeps height and width. */
  public boolean isSame3x3() {
    return kernelHeight == 3
        && kernelWidth == 3
        && stride == 1
        && paddingHeight == 1
        && paddingWidth == 1;
  }

  /** Numbers of the weights. */
  long weightLength() {
    return kernelHeight * kernelWidth * in / groups * out;
  }

  /** Numbers of the input. */
  long inputLength() {
    return batch * height * width * in;
  }

  /** Multiplications of a pass. */
  long multiplications() {
    return outputLength() * kernelHeight * kernelWidth * in / groups;
  }

  /** Numbers of the result. */
  long outputLength() {
    return batch * outHeight() * outWidth() * out;
  }
}
