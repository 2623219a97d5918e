package io.troupe.models.kernels;

/** Convolutions by their definition, in double. */
final class NaiveConvolution {
  private final ConvolutionShape shape;

  NaiveConvolution(ConvolutionShape shape) {
    this.shape = shape;
  }

  /** Visits products x[i] * w[j + b] that are added to y[k + b], for all channels b of y. */
  private interface Visitor {
    void visit(int i, int j, int k, int out);
  }

  private void forEach(Visitor visitor) {
    for (int n = 0; n < shape.batch(); n++) {
      for (int row = 0; row < shape.outHeight(); row++) {
        for (int column = 0; column < shape.outWidth(); column++) {
          for (int r = 0; r < shape.kernelHeight(); r++) {
            for (int s = 0; s < shape.kernelWidth(); s++) {
              int i = (int) (row * shape.stride() + r - shape.paddingHeight());
              int j = (int) (column * shape.stride() + s - shape.paddingWidth());
              if (i >= 0 && i < shape.height() && j >= 0 && j < shape.width()) {
                channels(visitor, n, row, column, r, s, i, j);
              }
            }
          }
        }
      }
    }
  }

  private void channels(Visitor visitor, int n, int row, int column, int r, int s, int i, int j) {
    int in = (int) shape.in();
    int out = (int) shape.out();
    int x = (int) ((n * shape.height() + i) * shape.width() + j) * in;
    int y = (int) ((n * shape.outHeight() + row) * shape.outWidth() + column) * out;
    int ofIn = in / (int) shape.groups();
    int ofOut = out / (int) shape.groups();
    int w = (int) (r * shape.kernelWidth() + s) * ofIn * out;
    for (int a = 0; a < in; a++) {
      int first = a / ofIn * ofOut;
      visitor.visit(x + a, w + a % ofIn * out + first, y + first, ofOut);
    }
  }

  double[] forward(float[] x, float[] w, float[] bias) {
    double[] y = new double[(int) shape.outputLength()];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias.length == 0 ? 0 : bias[i % bias.length];
    }
    forEach(
        (i, j, k, out) -> {
          for (int b = 0; b < out; b++) {
            y[k + b] += (double) x[i] * w[j + b];
          }
        });
    return y;
  }

  double[] inputGradient(float[] w, float[] dy) {
    double[] dx = new double[(int) shape.inputLength()];
    forEach(
        (i, j, k, out) -> {
          for (int b = 0; b < out; b++) {
            dx[i] += (double) dy[k + b] * w[j + b];
          }
        });
    return dx;
  }

  double[] weightGradient(float[] x, float[] dy) {
    int length = (int) shape.weightLength();
    double[] dw = new double[length];
    forEach(
        (i, j, k, out) -> {
          for (int b = 0; b < out; b++) {
            dw[j + b] += (double) dy[k + b] * x[i];
          }
        });
    return dw;
  }
}
