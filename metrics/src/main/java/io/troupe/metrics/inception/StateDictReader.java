package io.troupe.metrics.inception;

import io.troupe.metrics.inception.StateDictPickle.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads tensors of a PyTorch state dict as {@code torch.save} has written it since version 1.6: a
 * zip archive with a {@linkplain StateDictPickle pickled map} and a file of raw numbers for each
 * storage.
 */
final class StateDictReader {
  private static final String PICKLE = "/data.pkl";
  private static final int MOST_PICKLE_BYTES = 1 << 23;

  /** More than all of the network. */
  private static final int MOST_STORAGE_BYTES = 1 << 27;

  private StateDictReader() {}

  /**
   * Reads those tensors that have one of the names.
   *
   * @throws IOException if it is no such archive, damaged, or ends early
   */
  static Map<String, Tensor> read(Path path, Set<String> names) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      String pickle =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(PICKLE))
              .findFirst()
              .orElseThrow(() -> new IOException("the archive has no entry data.pkl"));
      String folder = pickle.substring(0, pickle.length() - PICKLE.length());
      Map<String, Tensor> found = new HashMap<>();
      for (Map.Entry<String, StoredTensor> entry : tensors(zip, pickle).entrySet()) {
        String name = entry.getKey();
        if (names.contains(name)) {
          found.put(name, numbers(zip, folder, name, entry.getValue()));
        }
      }
      return found;
    }
  }

  private static Map<String, StoredTensor> tensors(ZipFile zip, String pickle) throws IOException {
    byte[] content = content(zip, zip.getEntry(pickle), MOST_PICKLE_BYTES);
    try {
      return StateDictPickle.read(content);
    } catch (IOException e) {
      throw new IOException("%s holds %s".formatted(pickle, e.getMessage()), e);
    }
  }

  /** The content of an entry, whose checksum is right. */
  private static byte[] content(ZipFile zip, ZipEntry entry, int most) throws IOException {
    byte[] content;
    try (InputStream in = zip.getInputStream(entry)) {
      // Grows as bytes arrive: what the archive says of their number is not believed.
      content = in.readNBytes(most + 1);
    }
    if (content.length > most) {
      throw new IOException(
          "the archive's entry %s has more than %d bytes".formatted(entry.getName(), most));
    }
    CRC32 checksum = new CRC32();
    checksum.update(content);
    if (checksum.getValue() != entry.getCrc()) {
      throw new IOException(
          "the archive's entry %s is damaged: its checksum is wrong".formatted(entry.getName()));
    }
    return content;
  }

  private static Tensor numbers(ZipFile zip, String folder, String name, StoredTensor tensor)
      throws IOException {
    if (!tensor.storage().floats()) {
      throw new IOException("tensor %s is not of type float32".formatted(name));
    }
    if (!tensor.isContiguous()) {
      throw new IOException(
          "tensor %s of shape %s is not contiguous, its strides are %s"
              .formatted(name, tensor.shape(), tensor.strides()));
    }
    ZipEntry entry = zip.getEntry(folder + "/data/" + tensor.storage().key());
    int length = (int) Tensor.length(name, tensor.shape());
    byte[] storage = entry == null ? new byte[0] : content(zip, entry, MOST_STORAGE_BYTES);
    long numbers = storage.length / Float.BYTES;
    if (tensor.offset() < 0 || tensor.offset() > numbers - length) {
      throw new IOException(
          "tensor %s of shape %s needs numbers %d to %d of storage %s, which has %s"
              .formatted(
                  name,
                  tensor.shape(),
                  tensor.offset(),
                  tensor.offset() + length - 1,
                  tensor.storage().key(),
                  entry == null ? "no entry" : numbers));
    }
    float[] values = new float[length];
    ByteBuffer.wrap(storage)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get((int) tensor.offset(), values);
    return new Tensor(tensor.shape(), values);
  }
}
