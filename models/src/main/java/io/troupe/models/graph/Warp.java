package io.troupe.models.graph;

/**
 * A map of pictures that is no operation of SameDiff: each picture is sampled where an affine map
 * of its own says ({@code kernels.PictureWarp}), or the transpose of that. It is linear in the
 * pictures, so its gradient is its transpose and its tangent is itself. The result is a placeholder
 * of the graph, which an engine fills within a run.
 *
 * @param transposed whether it is the transpose
 * @param pictures the variable of the pictures, [N, H, W, C]; the result has their shape
 * @param maps the variable of the affine maps, [N, 6]
 */
public record Warp(boolean transposed, String pictures, String maps) {
  /** The map that takes gradients back. */
  Warp transposeOf(String gradients) {
    return new Warp(!transposed, gradients, maps);
  }

  /** The same map of other pictures. */
  Warp of(String others) {
    return new Warp(transposed, others, maps);
  }
}
