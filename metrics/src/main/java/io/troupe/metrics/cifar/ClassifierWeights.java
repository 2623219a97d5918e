package io.troupe.metrics.cifar;

import io.troupe.config.files.AtomicFile;
import io.troupe.data.npz.NpyArray;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The weights of the folded network, as a file: NumPy's .npy of bytes, shape [weights, 2], which
 * are little-endian half precision floats ({@code numpy.load(file).view("<f2")}).
 *
 * <p>It contains, for each stage's strided, first and second convolution, the weight [kernel,
 * kernel, in, out] and the bias [out], and at the end the weight [192, 20] and the bias [20] of the
 * logits.
 */
public final class ClassifierWeights {
  private static final String RESOURCE = "superclasses.npy";

  private final byte[] file;
  private final float[] values;

  private ClassifierWeights(byte[] file, String where) throws IOException {
    this.file = file;
    ByteBuffer halves =
        ByteBuffer.wrap(NpyArray.read(new ByteArrayInputStream(file)).bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    values = new float[halves.capacity() / Short.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = Half.toFloat(halves.getShort(i * Short.BYTES));
    }
    long expected = new ResidualNetwork(true).layout().length();
    if (values.length != expected) {
      throw new IOException(
          "%s: %d weights, expected %d; train the classifier anew"
              .formatted(where, values.length, expected));
    }
  }

  /** Rounds weights, in the file's order, to half precision. */
  static ClassifierWeights of(float[] weights) {
    ByteBuffer halves =
        ByteBuffer.allocate(weights.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float weight : weights) {
      halves.putShort(Half.of(weight));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      NpyArray.of(halves.array(), weights.length, Short.BYTES).write(bytes);
      return new ClassifierWeights(bytes.toByteArray(), "the network");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of the built-in classifier. */
  public static ClassifierWeights embedded() {
    try (InputStream in = ClassifierWeights.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            "the program is incomplete: it has no " + RESOURCE + "; build it anew");
      }
      return new ClassifierWeights(in.readAllBytes(), RESOURCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws IOException if it is not one, or holds weights of another network
   */
  public static ClassifierWeights read(Path path) throws IOException {
    return new ClassifierWeights(Files.readAllBytes(path), path.toString());
  }

  /** Writes the file; it appears complete or not at all. */
  public void write(Path path) throws IOException {
    AtomicFile.write(path, place -> Files.write(place, file));
  }

  /** Bytes of the file. */
  public int bytes() {
    return file.length;
  }

  /** The file's SHA-256, in hexadecimal. */
  public String identity() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All values, in the file's order; not a copy. */
  float[] values() {
    return values;
  }
}
