package io.troupe.models.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * How a line of pixels is divided into tiles of results, each of which {@link ToomCook} computes
 * from n points. What pixels outside of the picture would add is left out of the matrices.
 */
final class TileAxis {
  /** So few tiles are one matrix: it costs some products with zero, but only one call. */
  private static final int TILES_OF_ONE_MATRIX = 3;

  /**
   * Some tiles with the same matrix.
   *
   * @param tile the first
   * @param count how many
   * @param step from one to the next
   * @param start of the first one's pixels or results
   * @param matrix [points, pixels] or [results, points]
   */
  record Part(int tile, int count, int step, int start, Matrix matrix) {}

  /** Rows after rows. */
  static final class Matrix {
    final int rows;
    final int columns;
    final float[] values;

    Matrix(int rows, int columns) {
      this.rows = rows;
      this.columns = columns;
      values = new float[rows * columns];
    }

    void set(int row, int column, double value) {
      values[row * columns + column] = (float) value;
    }
  }

  private final int pixels;
  private final int results;
  private final int padding;
  private final int weights;
  private final int tile;
  private final int tiles;
  private final ToomCook filtering;

  private TileAxis(int pixels, int weights, int padding, int results, int tile) {
    this.pixels = pixels;
    this.padding = padding;
    this.weights = weights;
    this.results = results;
    this.tile = tile;
    tiles = (results + tile - 1) / tile;
    filtering = new ToomCook(tile, weights);
  }

  /** The tiles that need the fewest points, of which a tile may have some at most. */
  static TileAxis of(int pixels, int weights, int padding, int mostPoints) {
    int results = pixels + 2 * padding - weights + 1;
    TileAxis best = new TileAxis(pixels, weights, padding, results, 2);
    for (int tile = 3; tile + weights - 1 <= mostPoints; tile++) {
      TileAxis other = new TileAxis(pixels, weights, padding, results, tile);
      if (other.tiles * other.points() < best.tiles * best.points()) {
        best = other;
      }
    }
    return best;
  }

  /** Some of the tiles alone, on those pixels that they need. */
  TileAxis part(int firstTile, int count) {
    int firstResult = firstTile * tile;
    int someResults = Math.min(results - firstResult, count * tile);
    int start = firstPixel(firstTile);
    int end = Math.min(pixels, firstResult - padding + someResults + weights - 1);
    return new TileAxis(end - start, weights, start - (firstResult - padding), someResults, tile);
  }

  /** The first pixel that a tile needs. */
  int firstPixel(int firstTile) {
    return Math.max(0, firstTile * tile - padding);
  }

  /** Whether the other has the same matrices. */
  boolean isLike(TileAxis other) {
    return pixels == other.pixels
        && weights == other.weights
        && padding == other.padding
        && results == other.results
        && tile == other.tile;
  }

  /** Points of a tile. */
  int points() {
    return tile + weights - 1;
  }

  int tiles() {
    return tiles;
  }

  /** Results of a tile. */
  int tile() {
    return tile;
  }

  /** Weights to points, [points, weights]. */
  double[][] filter() {
    return filtering.filter();
  }

  /** How many slots of a tile lie between two points of the same tile. */
  int pointStep() {
    return isOneMatrix() ? 1 : tiles;
  }

  private boolean isOneMatrix() {
    return tiles <= TILES_OF_ONE_MATRIX;
  }

  /** Pixels to points; if all are one matrix, the first points of all tiles come first. */
  List<Part> lifts() {
    List<Part> parts = new ArrayList<>();
    if (isOneMatrix()) {
      Matrix matrix = new Matrix(points() * tiles, pixels);
      for (int t = 0; t < tiles; t++) {
        lift(t, 0, matrix, tiles, t);
      }
      parts.add(new Part(0, 1, 1, 0, matrix));
      return parts;
    }
    int first = 0;
    while (first < tiles && !isInside(first)) {
      parts.add(singleLift(first++));
    }
    int end = first;
    while (end < tiles && isInside(end)) {
      end++;
    }
    // Every other tile: the pixels of neighbours overlap, which oneDNN does not allow, nor that
    // as many tiles at that distance would reach over the end.
    int most = Math.min(tiles / 2, pixels / (2 * tile));
    for (int t = first; t < Math.min(first + 2, end); t++) {
      int count = Math.min((end - t + 1) / 2, most);
      parts.add(new Part(t, count, 2, t * tile - padding, singleLift(t).matrix()));
      for (int left = t + 2 * count; left < end; left += 2) {
        parts.add(singleLift(left));
      }
    }
    for (int t = end; t < tiles; t++) {
      parts.add(singleLift(t));
    }
    return parts;
  }

  private boolean isInside(int t) {
    int start = t * tile - padding;
    return start >= 0 && start + points() <= pixels;
  }

  private Part singleLift(int t) {
    int start = Math.max(0, t * tile - padding);
    int end = Math.min(pixels, t * tile - padding + points());
    Matrix matrix = new Matrix(points(), end - start);
    lift(t, start, matrix, 1, 0);
    return new Part(t, 1, 1, start, matrix);
  }

  private void lift(int t, int start, Matrix matrix, int step, int row) {
    for (int i = 0; i < points(); i++) {
      for (int j = 0; j < points(); j++) {
        int pixel = t * tile - padding + j;
        if (pixel >= 0 && pixel < pixels) {
          matrix.set(i * step + row, pixel - start, filtering.lift()[i][j]);
        }
      }
    }
  }

  /** Points to results; points in the order of {@link #lifts}. */
  List<Part> lowers() {
    List<Part> parts = new ArrayList<>();
    if (isOneMatrix()) {
      Matrix matrix = new Matrix(results, points() * tiles);
      for (int t = 0; t < tiles; t++) {
        lower(t, 0, matrix, tiles, t);
      }
      parts.add(new Part(0, 1, 1, 0, matrix));
      return parts;
    }
    int whole = results / tile;
    Matrix matrix = new Matrix(tile, points());
    lower(0, 0, matrix, 1, 0);
    parts.add(new Part(0, whole, 1, 0, matrix));
    if (whole < tiles) {
      Matrix rest = new Matrix(results - whole * tile, points());
      lower(whole, whole * tile, rest, 1, 0);
      parts.add(new Part(whole, 1, 1, whole * tile, rest));
    }
    return parts;
  }

  private void lower(int t, int start, Matrix matrix, int step, int column) {
    for (int i = 0; i < tile && t * tile + i < results; i++) {
      for (int j = 0; j < points(); j++) {
        matrix.set(t * tile + i - start, j * step + column, filtering.lower()[i][j]);
      }
    }
  }
}
