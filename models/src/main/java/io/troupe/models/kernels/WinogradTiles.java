package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Channels-last pictures as tiles of 4x4 pixels and their 6x6 points. Points lie as [36, tiles,
 * channels]: one matrix for each point. The unit of work is a strip: all tiles of four rows of one
 * picture. Not tied to a thread: each thread has arrays of its own.
 */
final class WinogradTiles {
  private static final int POINTS = Winograd.POINTS;
  private static final int TILE = Winograd.TILE;
  private static final int PAGE_FLOATS = 1024;
  private static final int APART = 84;
  private static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  private final int height;
  private final int width;
  private final int channels;
  private final int strips;
  private final int across;
  private final int tiles;

  /**
   * The tiles of some pictures.
   *
   * @param height divisible by 4
   * @param width divisible by 4
   */
  WinogradTiles(int pictures, int height, int width, int channels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    strips = pictures * (height / TILE);
    across = width / TILE;
    tiles = strips * across;
  }

  /** Number of strips. */
  int strips() {
    return strips;
  }

  /** Number of tiles. */
  int tiles() {
    return tiles;
  }

  /** Number of tiles of a strip. */
  int across() {
    return across;
  }

  /** Number of channels. */
  int channels() {
    return channels;
  }

  /** Floats of one picture. */
  int picture() {
    return height * width * channels;
  }

  /** Floats of all points. */
  long floats() {
    return (long) POINTS * POINTS * tiles * channels;
  }

  /**
   * The points of a strip's pixels: Bᵀ x B, where x is each tile with one pixel around it, zero
   * outside of the picture.
   *
   * @param offset of the first picture
   */
  void pixelsToPoints(FloatBuffer pictures, int offset, int strip, FloatBuffer points) {
    Workspace work = WORKSPACE.get();
    int line = width * channels;
    int count = across * channels;
    work.reserve(line, count);
    int top = strip * TILE % height - 1;
    for (int i = 0; i < POINTS; i++) {
      if (top + i < 0 || top + i >= height) {
        Arrays.fill(work.rows[i], 0, line, 0);
      } else {
        pictures.get(offset + (strip * TILE - 1 + i) * line, work.rows[i], 0, line);
      }
    }
    Winograd.pixelsToPoints(work.rows, work.lifted, line);
    for (int i = 0; i < POINTS; i++) {
      split(work.lifted[i], work.pixels, 1);
      // The last pixel of the tile before, and the first of the tile after.
      Arrays.fill(work.pixels[0], 0, channels, 0);
      System.arraycopy(work.pixels[4], 0, work.pixels[0], channels, count - channels);
      System.arraycopy(work.pixels[1], channels, work.pixels[5], 0, count - channels);
      Arrays.fill(work.pixels[5], count - channels, count, 0);
      Winograd.pixelsToPoints(work.pixels, work.columns, count);
      put(points, strip, i, work.columns);
    }
  }

  /** The points of the gradients of a strip's results: A dy Aᵀ. */
  void gradientsToPoints(FloatBuffer gradients, int offset, int strip, FloatBuffer points) {
    Workspace work = WORKSPACE.get();
    int line = width * channels;
    int count = across * channels;
    work.reserve(line, count);
    for (int i = 0; i < TILE; i++) {
      gradients.get(offset + (strip * TILE + i) * line, work.rows[i], 0, line);
    }
    Winograd.resultsToPoints(work.rows, work.lifted, line);
    for (int i = 0; i < POINTS; i++) {
      split(work.lifted[i], work.pixels, 0);
      Winograd.resultsToPoints(work.pixels, work.columns, count);
      put(points, strip, i, work.columns);
    }
  }

  /** Distributes the pixels of a line by their place in their tile: first ones, second ones, ... */
  private void split(float[] line, float[][] pixels, int first) {
    for (int tile = 0; tile < across; tile++) {
      for (int j = 0; j < TILE; j++) {
        System.arraycopy(
            line, (tile * TILE + j) * channels, pixels[first + j], tile * channels, channels);
      }
    }
  }

  private void put(FloatBuffer points, int strip, int i, float[][] columns) {
    for (int j = 0; j < POINTS; j++) {
      points.put(place(strip, i, j), columns[j], 0, across * channels);
    }
  }

  private int place(int strip, int i, int j) {
    return ((i * POINTS + j) * tiles + strip * across) * channels;
  }

  /**
   * A strip's results from its points: Aᵀ m A, plus a bias.
   *
   * @param bias of each channel, {@link #across} times over
   * @param offset of the first picture
   */
  void pointsToResults(
      FloatBuffer points, int strip, float[] bias, FloatBuffer pictures, int offset) {
    Workspace work = WORKSPACE.get();
    int line = width * channels;
    int count = across * channels;
    float[][] column = work.arrays(0, POINTS, count);
    float[][] lowered = work.arrays(1, POINTS * TILE, count);
    float[][] pixels = work.arrays(2, TILE, count);
    float[] row = work.arrays(3, 1, line)[0];
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        points.get(place(strip, i, j), column[i], 0, count);
      }
      Winograd.pointsToResults(column, work.pick(lowered, j, POINTS, TILE), count);
    }
    for (int i = 0; i < TILE; i++) {
      Winograd.pointsToResults(work.pick(lowered, i * POINTS, 1, POINTS), pixels, count);
      for (int j = 0; j < TILE; j++) {
        Winograd.add(bias, pixels[j], count);
        for (int tile = 0; tile < across; tile++) {
          System.arraycopy(pixels[j], tile * channels, row, (tile * TILE + j) * channels, channels);
        }
      }
      pictures.put(offset + (strip * TILE + i) * line, row, 0, line);
    }
  }

  /** Arrays that one thread works in; they grow and are kept. */
  private static final class Workspace {
    private final float[][][] kept = new float[4][0][0];
    private final float[][] picked = new float[POINTS][];
    private float[][] rows;
    private float[][] lifted;
    private float[][] pixels;
    private float[][] columns;

    /** Arrays for the points of a strip: of lines, and of the pixels of a line by their place. */
    void reserve(int line, int count) {
      rows = arrays(0, POINTS, line);
      lifted = arrays(1, POINTS, line);
      pixels = arrays(2, POINTS, count);
      columns = arrays(3, POINTS, count);
    }

    float[][] arrays(int which, int count, int length) {
      float[][] arrays = kept[which];
      if (arrays.length < count || arrays[0].length < length) {
        int most = Math.max(count, arrays.length);
        int longest = Math.max(length, arrays.length == 0 ? 0 : arrays[0].length);
        arrays = new float[most][apart(longest)];
        kept[which] = arrays;
      }
      return arrays;
    }

    /**
     * A length so that arrays made one after the other begin at different places of a page: loads
     * from one would wait for stores to another at the same place.
     */
    private static int apart(int length) {
      return (length + PAGE_FLOATS - APART) / PAGE_FLOATS * PAGE_FLOATS + APART;
    }

    /** Some of the arrays, until the next call. */
    float[][] pick(float[][] arrays, int first, int step, int count) {
      for (int i = 0; i < count; i++) {
        picked[i] = arrays[first + i * step];
      }
      return picked;
    }
  }
}
