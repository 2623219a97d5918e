package io.troupe.actors.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changed bytes, as a fuzzer makes them that knows nothing of the program. */
final class Mutations {
  private static final int[] AWKWARD = {0, 1, -1, 0x7F, 0x80, 0xFE, '0', '9', '-', '"', '{', '/'};

  private final Random random;

  /** The same changes for the same number. */
  Mutations(long seed) {
    random = new Random(seed);
  }

  /** A seed with some changes. */
  byte[] of(byte[] seed) {
    byte[] bytes = seed.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      bytes = edited(bytes);
    }
    return bytes;
  }

  private byte[] edited(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    int length = Math.min(1 + random.nextInt(8), bytes.length - at);
    byte[] changed = bytes.clone();
    switch (random.nextInt(8)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> changed[at] = (byte) random.nextInt();
      case 2 -> changed[at] = (byte) AWKWARD[random.nextInt(AWKWARD.length)];
      case 3 -> Arrays.fill(changed, at, at + length, (byte) (random.nextBoolean() ? -1 : 0));
      case 4 ->
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), changed, at, length);
      case 5 -> changed = joined(bytes, at + length, bytes, at);
      case 6 -> changed = joined(bytes, at, bytes, at + length);
      default -> changed = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : changed;
    }
    return changed;
  }

  /** The beginning of one and the end of the other. */
  private static byte[] joined(byte[] first, int until, byte[] second, int from) {
    byte[] all = Arrays.copyOf(first, until + second.length - from);
    System.arraycopy(second, from, all, until, second.length - from);
    return all;
  }
}
