package io.troupe.models.kernels;

import java.nio.ByteBuffer;

/**
 * {@link PictureWarp} of every picture of a batch by a map of its own, or the transpose of that.
 */
public final class WarpKernel implements Kernel {
  /** Numbers of an affine map. */
  static final int MAP = 6;

  private static final ThreadLocal<WarpScratch> SCRATCH = ThreadLocal.withInitial(WarpScratch::new);

  private final String kind;
  private final boolean transposed;
  private final int length;
  private final PictureWarp warp;
  private final WarpMemory pictures;
  private final WarpMemory maps;
  private final WarpMemory results;
  private final ByteBuffer from;
  private final ByteBuffer by;
  private final ByteBuffer to;
  private final Parallel loop;

  /**
   * A kernel on given memory.
   *
   * @param kind what it is called
   * @param maps {@value #MAP} numbers for each picture
   */
  public WarpKernel(
      String kind,
      boolean transposed,
      PictureShape shape,
      WarpMemory pictures,
      WarpMemory maps,
      WarpMemory results) {
    this.kind = kind;
    this.transposed = transposed;
    this.pictures = pictures;
    this.maps = maps;
    this.results = results;
    length = shape.length();
    warp = new PictureWarp(shape.height(), shape.width(), shape.channels());
    from = pictures.bytes();
    by = maps.bytes();
    to = results.bytes();
    loop = new Parallel(shape.pictures(), this::picture);
  }

  @Override
  public void run() {
    loop.run();
  }

  private void picture(int picture) {
    WarpScratch scratch = SCRATCH.get();
    scratch.fit(warp);
    pictures.load(from, picture * length, scratch.picture, length);
    maps.load(by, picture * MAP, scratch.map, MAP);
    if (!PictureWarp.isIdentity(scratch.map)) {
      if (transposed) {
        warp.transpose(scratch);
      } else {
        warp.apply(scratch);
      }
    }
    results.store(scratch.picture, to, picture * length, length);
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public void close() {}
}
