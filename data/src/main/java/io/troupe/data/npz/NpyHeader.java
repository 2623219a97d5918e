package io.troupe.data.npz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an .npy file says of its array (NumPy's "A simple file format for NumPy arrays", versions
 * 1.0 and 2.0). The numbers follow it, the last index changing fastest (C order).
 *
 * @param shape lengths of the dimensions; none is a single number
 */
public record NpyHeader(NpyType type, List<Integer> shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;
  private static final int ALIGNMENT = 64;
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\dL,\\s]*)\\)");

  /** Keeps a copy of the shape. */
  public NpyHeader {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(length -> length < 0)) {
      throw new IllegalArgumentException("lengths are not negative: " + shape);
    }
  }

  /** A header. */
  public static NpyHeader of(NpyType type, int... shape) {
    return new NpyHeader(type, Arrays.stream(shape).boxed().toList());
  }

  /**
   * How many numbers the array has.
   *
   * @throws ArithmeticException if they are more than a long can count
   */
  public long count() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** How many bytes the numbers take; as {@link #count}. */
  long contentBytes() {
    return Math.multiplyExact(count(), type.bytes());
  }

  /** Whether a file begins as .npy files do. */
  public static boolean begins(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /**
   * Checks that a stream ends after the numbers, as it must: bytes behind them are a sign that the
   * header is damaged.
   *
   * @throws NpyException if it goes on
   */
  public void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new NpyException(
          "its content goes on after the %d bytes of shape %s; it is damaged"
              .formatted(contentBytes(), shape));
    }
  }

  /**
   * Reads a header; the numbers are next in the stream. A long can count their bytes.
   *
   * @throws NpyException if it is not one, or of an array that is not supported
   */
  public static NpyHeader read(InputStream in) throws IOException {
    byte[] start = readFully(in, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new NpyException("not an .npy file: it does not start with \\x93NUMPY");
    }
    int major = start[MAGIC.length];
    if (major != 1 && major != 2) {
      throw new NpyException(
          "version %d.%d of the .npy format; versions 1.0 and 2.0 are read"
              .formatted(major, start[MAGIC.length + 1]));
    }
    byte[] lengthBytes = readFully(in, major == 1 ? 2 : 4);
    long length = 0;
    for (int i = lengthBytes.length - 1; i >= 0; i--) {
      length = length << 8 | (lengthBytes[i] & 0xFF);
    }
    if (length > LONGEST) {
      throw new NpyException(
          "damaged .npy header: it has %d bytes, expected at most %d".formatted(length, LONGEST));
    }
    return parse(new String(readFully(in, (int) length), ISO_8859_1).strip());
  }

  private static byte[] readFully(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the file ends within the .npy header");
    }
    return bytes;
  }

  private static NpyHeader parse(String text) throws NpyException {
    Matcher description = DESCRIPTION.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!order.find() || !shape.find()) {
      throw new NpyException("damaged .npy header: " + text);
    }
    String code = description.find() ? description.group(1) : "a structure";
    NpyType type =
        NpyType.ofCode(code)
            .orElseThrow(
                () ->
                    new NpyException(
                        "an array of type %s; read are %s. Convert it with NumPy's astype"
                            .formatted(code, NpyType.codes())));
    if (order.group(1).equals("True")) {
      throw new NpyException(
          "an array in Fortran order; save numpy.ascontiguousarray of it instead");
    }
    List<Integer> lengths = new ArrayList<>();
    for (String length : shape.group(1).split(",", -1)) {
      if (!length.isBlank()) {
        lengths.add(parseLength(length.strip().replace("L", ""), text));
      }
    }
    return countable(new NpyHeader(type, lengths));
  }

  private static NpyHeader countable(NpyHeader header) throws NpyException {
    try {
      header.contentBytes();
      return header;
    } catch (ArithmeticException e) {
      throw new NpyException("an array of shape %s is too large".formatted(header.shape()), e);
    }
  }

  private static int parseLength(String length, String text) throws NpyException {
    try {
      return Integer.parseInt(length);
    } catch (NumberFormatException e) {
      throw new NpyException("the .npy header has a length that is no 32-bit number: " + text, e);
    }
  }

  /** Writes the header in version 1.0; the numbers are to follow. */
  public void write(OutputStream out) throws IOException {
    String lengths = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(type.code(), lengths, shape.size() == 1 ? "," : "");
    int before = MAGIC.length + 2 + 2;
    int whole = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int length = whole - before;
    out.write(MAGIC);
    out.write(new byte[] {1, 0, (byte) length, (byte) (length >> 8)});
    out.write((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(ISO_8859_1));
  }
}
