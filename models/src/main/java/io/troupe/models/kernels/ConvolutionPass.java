package io.troupe.models.kernels;

/** What is computed of a convolution y = x * w + b. */
public enum ConvolutionPass {
  /** y from x, w and, if there is one, b. */
  FORWARD("convolution"),
  /** The gradient of x from w and the gradient of y. */
  INPUT_GRADIENT("convolution_input_gradient"),
  /** The gradient of w from x and the gradient of y. */
  WEIGHT_GRADIENT("convolution_weight_gradient");

  private final String kind;

  ConvolutionPass(String kind) {
    this.kind = kind;
  }

  /** Names the pass in profiles. */
  public String kind() {
    return kind;
  }
}
