package io.troupe.metrics.inception;

/**
 * A convolution of the network, with batch norm and a ReLU after it.
 *
 * @param name begins the names of its tensors in TensorFlow's graph
 * @param torchName begins their names in PyTorch's state dict
 * @param kept whether height and width are kept, by padding with zeros; otherwise there is none
 */
record Unit(
    String name,
    String torchName,
    int kernelHeight,
    int kernelWidth,
    int in,
    int out,
    int stride,
    boolean kept) {

  /** Name of its folded weights, [kernelHeight, kernelWidth, in, out]. */
  String weight() {
    return name + ".weight";
  }

  /** Name of its folded biases, [out]. */
  String bias() {
    return name + ".bias";
  }

  int paddingHeight() {
    return kept ? kernelHeight / 2 : 0;
  }

  int paddingWidth() {
    return kept ? kernelWidth / 2 : 0;
  }
}
