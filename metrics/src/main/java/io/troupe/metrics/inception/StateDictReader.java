package io.troupe.metrics.inception;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads tensors of a PyTorch state dict as {@code torch.save} has written it since version 1.6: a
 * zip archive with a pickled map and a file of raw numbers for each storage. Of what a pickle may
 * name only the few functions that such a map needs are known; nothing else is run.
 */
final class StateDictReader {
  private static final String PICKLE = "/data.pkl";

  /** Stands for the class of a storage of floats. */
  private static final IObjectConstructor FLOATS =
      arguments -> {
        throw new PickleException("a storage is inside of the pickle");
      };

  static {
    Unpickler.registerConstructor("collections", "OrderedDict", arguments -> new StateDict());
    Unpickler.registerConstructor(
        "torch._utils", "_rebuild_tensor_v2", StateDictReader::tensorOfStorage);
    Unpickler.registerConstructor("torch", "FloatStorage", FLOATS);
  }

  private StateDictReader() {}

  /** Numbers of one file of the archive. */
  private record StoredNumbers(String key, boolean floats) {}

  /** A part of a storage. */
  private record StoredTensor(
      StoredNumbers storage, long offset, List<Long> shape, List<Long> strides) {
    boolean isContiguous() {
      long expected = 1;
      for (int i = shape.size() - 1; i >= 0; i--) {
        if (shape.get(i) > 1 && strides.get(i) != expected) {
          return false;
        }
        expected *= shape.get(i);
      }
      return true;
    }
  }

  /** A map whose further attributes are left out. */
  public static final class StateDict extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1L;

    /** What the pickle calls for attributes, by reflection and with exactly this class. */
    @SuppressWarnings("NonApiType")
    public void __setstate__(HashMap<?, ?> attributes) {}
  }

  private static final class TensorUnpickler extends Unpickler {
    @Override
    protected Object persistentLoad(Object id) {
      Object[] parts = (Object[]) id;
      return new StoredNumbers((String) parts[2], parts[1] == FLOATS);
    }
  }

  private static Object tensorOfStorage(Object[] arguments) {
    return new StoredTensor(
        (StoredNumbers) arguments[0],
        ((Number) arguments[1]).longValue(),
        sizes(arguments[2]),
        sizes(arguments[3]));
  }

  private static List<Long> sizes(Object tuple) {
    List<Long> numbers = new ArrayList<>();
    for (Object number : (Object[]) tuple) {
      numbers.add(((Number) number).longValue());
    }
    return numbers;
  }

  /**
   * Reads those tensors that have one of the names.
   *
   * @throws IOException if it is no such archive, or ends early
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
      for (Map.Entry<?, ?> entry : map(zip, pickle).entrySet()) {
        if (names.contains(entry.getKey()) && entry.getValue() instanceof StoredTensor tensor) {
          String name = (String) entry.getKey();
          found.put(name, numbers(zip, folder, name, tensor));
        }
      }
      return found;
    }
  }

  private static Map<?, ?> map(ZipFile zip, String pickle) throws IOException {
    try (InputStream content = zip.getInputStream(zip.getEntry(pickle))) {
      Object all = new TensorUnpickler().load(content);
      if (all instanceof Map<?, ?> map) {
        return map;
      }
      throw new IOException(pickle + " holds no map of tensors");
    } catch (RuntimeException e) {
      // A pickle is a program, which may do anything wrong with the objects that it makes.
      throw new IOException("%s holds no state dict: %s".formatted(pickle, e), e);
    }
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
    long length = Tensor.length(name, tensor.shape());
    long end = (tensor.offset() + length) * Float.BYTES;
    if (entry == null || tensor.offset() < 0 || entry.getSize() < end) {
      throw new IOException(
          "tensor %s of shape %s needs %d bytes of storage %s, which has %s"
              .formatted(
                  name,
                  tensor.shape(),
                  end,
                  tensor.storage().key(),
                  entry == null ? "none" : entry.getSize()));
    }
    float[] values = new float[(int) length];
    try (InputStream content = zip.getInputStream(entry)) {
      ByteBuffer.wrap(content.readAllBytes())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(Math.toIntExact(tensor.offset()), values);
    }
    return new Tensor(tensor.shape(), values);
  }
}
