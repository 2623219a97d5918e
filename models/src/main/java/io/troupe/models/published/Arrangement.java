package io.troupe.models.published;

import java.util.ArrayList;
import java.util.List;

/**
 * How the elements of a published tensor lie compared with ours: ours, seen in the shape {@code
 * split}, with dimensions in another order, perhaps mirrored in the last two, and seen in the shape
 * {@code published}.
 *
 * @param split a shape of ours
 * @param order which dimension of {@code split} each one of the published tensor is
 * @param mirrored whether the last two dimensions run backwards
 * @param published the shape of the published tensor
 */
record Arrangement(List<Long> split, List<Integer> order, boolean mirrored, List<Long> published) {
  Arrangement {
    split = List.copyOf(split);
    order = List.copyOf(order);
    published = List.copyOf(published);
  }

  /** The same elements in the same order. */
  static Arrangement same(List<Long> shape) {
    return as(shape, shape);
  }

  /** The same elements in the same order, in another shape. */
  static Arrangement as(List<Long> ours, List<Long> published) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < ours.size(); d++) {
      order.add(d);
    }
    return new Arrangement(ours, order, false, published);
  }

  /** Other dimensions first. */
  static Arrangement permuted(List<Long> split, Integer... order) {
    List<Long> published = new ArrayList<>();
    for (int dimension : order) {
      published.add(split.get(dimension));
    }
    return new Arrangement(split, List.of(order), false, published);
  }

  /** A convolution's weight, [height, width, in, out] here and [out, in, height, width] there. */
  static Arrangement convolution(List<Long> ours) {
    return permuted(ours, 3, 2, 0, 1);
  }

  /** A matrix, [in, out] here and [out, in] there. */
  static Arrangement matrix(List<Long> ours) {
    return permuted(ours, 1, 0);
  }

  /** With the last two dimensions backwards. */
  Arrangement mirror() {
    return new Arrangement(split, order, true, published);
  }

  /** In a shape of its own. */
  Arrangement in(Long... shape) {
    return new Arrangement(split, order, mirrored, List.of(shape));
  }

  /** A published tensor's elements in our order. */
  float[] toOurs(float[] theirs) {
    float[] ours = new float[theirs.length];
    int[] places = places(theirs.length);
    for (int i = 0; i < theirs.length; i++) {
      ours[places[i]] = theirs[i];
    }
    return ours;
  }

  /** Elements of ours in the published order. */
  float[] toTheirs(float[] ours) {
    float[] theirs = new float[ours.length];
    int[] places = places(ours.length);
    for (int i = 0; i < ours.length; i++) {
      theirs[i] = ours[places[i]];
    }
    return theirs;
  }

  /** Where each element of the published tensor lies in ours. */
  private int[] places(int length) {
    int dimensions = order.size();
    int[] strides = new int[dimensions];
    int stride = 1;
    for (int d = dimensions - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.toIntExact(split.get(d));
    }
    int[] index = new int[dimensions];
    int[] places = new int[length];
    for (int i = 0; i < length; i++) {
      int place = 0;
      for (int d = 0; d < dimensions; d++) {
        int size = Math.toIntExact(split.get(order.get(d)));
        boolean backwards = mirrored && d >= dimensions - 2;
        place += strides[order.get(d)] * (backwards ? size - 1 - index[d] : index[d]);
      }
      places[i] = place;
      for (int d = dimensions - 1; d >= 0 && ++index[d] == split.get(order.get(d)); d--) {
        index[d] = 0;
      }
    }
    return places;
  }
}
