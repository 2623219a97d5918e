package io.troupe.data;

import io.troupe.config.DatasetSettings.FloatRange;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the numbers of an image array mean: how they become levels from 0 to 255. */
enum Levels {
  /** Integers are levels. */
  WHOLE,
  /** Floats from 0 (black) to 1 (white). */
  FROM_0,
  /** Floats from -1 (black) to 1 (white). */
  FROM_MINUS_1;

  private static final int CHUNK = 1 << 13;

  /** Reads an array's content once. */
  interface Content {
    /** What {@link Levels#ends} finds in it. */
    float[] ends() throws IOException;
  }

  /**
   * Finds out what numbers mean. Floats of which one is negative are from -1 to 1; if none is, and
   * some are exactly 0 while others are not, from 0 to 1, as black has a level there while no level
   * is 0 between -1 and 1. Otherwise it is not clear.
   *
   * @param place of the array, for messages
   * @param content is read only if it has to be
   * @param range what the settings say of floats
   * @throws DatasetException if these are no images, or it is not clear; says what to set
   * @throws IOException if the array cannot be read
   */
  static Levels find(String place, NpyHeader header, Content content, FloatRange range)
      throws IOException {
    ImageArray.check(place, header);
    if (header.type().isInteger()) {
      if (range != FloatRange.AUTO) {
        throw new DatasetException(
            "%s: dataset.float-range has no effect on %s; leave it out"
                .formatted(place, header.type()));
      }
      return WHOLE;
    }
    return switch (range) {
      case ZERO_TO_ONE -> FROM_0;
      case MINUS_ONE_TO_ONE -> FROM_MINUS_1;
      case AUTO -> between(place, content.ends());
    };
  }

  private static Levels between(String place, float... ends) {
    if (ends[0] < 0) {
      return FROM_MINUS_1;
    }
    if (ends[0] == 0 && ends[1] > 0) {
      return FROM_0;
    }
    throw new DatasetException(
        "%s: all values are from %s to %s, which may mean from 0 (black) or from -1 (black) to 1 (white); set dataset.float-range to zero-to-one or minus-one-to-one, or save (255 * images).round().astype(\"uint8\") if they are from 0 to 1"
            .formatted(place, ends[0], ends[1]));
  }

  /**
   * The least and the largest number of an array.
   *
   * @param in the array with its header, read to its end
   * @return those of the widest range if a number is NaN, which is refused where it is converted
   */
  static float[] ends(InputStream in) throws IOException {
    NpyHeader header = NpyHeader.read(in);
    NpyType type = header.type();
    ByteBuffer raw = ByteBuffer.allocate(CHUNK * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (long done = 0; done < header.count(); done += CHUNK) {
      int count = (int) Math.min(CHUNK, header.count() - done);
      if (in.readNBytes(raw.array(), 0, count * type.bytes()) < count * type.bytes()) {
        throw new EOFException("the file ends within the array");
      }
      for (int i = 0; i < count; i++) {
        // NaN makes both NaN.
        least = Math.min(least, (float) type.number(raw, i));
        most = Math.max(most, (float) type.number(raw, i));
      }
    }
    return Float.isNaN(least) ? new float[] {-1, 1} : new float[] {least, most};
  }

  /** The level of a float, 0 to 255; NaN or another number if there is none. */
  float of(float value) {
    return this == FROM_0 ? value * 255 : (value + 1) * 127.5f;
  }

  /** Black's number. */
  int black() {
    return this == FROM_0 ? 0 : -1;
  }
}
