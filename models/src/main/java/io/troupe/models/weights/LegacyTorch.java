package io.troupe.models.weights;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code torch.save} wrote before version 1.6, and still writes for tensors in other pickles:
 * a magic number, a version, facts of the machine, the object, the keys of its storages, each a
 * pickle, and then the numbers of each storage behind their count.
 */
final class LegacyTorch {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int ID_LENGTH = 5;

  private LegacyTorch() {}

  /** Whether the first pickle of a file says that it is one. */
  static boolean isMagic(Object first) {
    return MAGIC.equals(first);
  }

  /** The object that a whole content holds. */
  static Object read(Content content, Budget budget, Set<String> foreign) throws IOException {
    ContentStream in = new ContentStream(content, budget);
    if (!isMagic(new PickleReader(in, id -> none(), foreign).read())) {
      throw new IOException("it does not begin as torch.save writes");
    }
    return afterMagic(content, in, foreign);
  }

  private static Storage none() throws IOException {
    throw new IOException("it has numbers where none can be");
  }

  /** The same, of a stream whose first pickle was read. */
  static Object afterMagic(Content content, ContentStream in, Set<String> foreign)
      throws IOException {
    Map<String, Storage> storages = new HashMap<>();
    new PickleReader(in, id -> none(), foreign).read();
    if (!(new PickleReader(in, id -> none(), foreign).read() instanceof Map<?, ?> machine)
        || Boolean.FALSE.equals(machine.get("little_endian"))) {
      throw new IOException("it was written by a machine whose numbers are big-endian");
    }
    Object saved = new PickleReader(in, id -> storage(storages, id), foreign).read();
    if (!(new PickleReader(in, id -> none(), foreign).read() instanceof List<?> keys)) {
      throw new IOException("it does not say which numbers it has");
    }
    for (Object key : keys) {
      Storage storage = storages.get(PickleReader.key(key));
      if (storage == null) {
        throw new IOException("it has numbers of a storage %s that nothing reads".formatted(key));
      }
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      content.read(in.position(), count);
      in.take(Long.BYTES);
      long numbers = count.getLong(0);
      if (numbers < 0 || numbers > in.left() / storage.type().bytes()) {
        throw new EOFException(
            "it says that storage %s has %d numbers, and has %d bytes left"
                .formatted(key, numbers, in.left()));
      }
      storage.lieIn(in.take(numbers * storage.type().bytes()));
    }
    return saved;
  }

  /** By ("storage", type, key, device, count, view). */
  private static Storage storage(Map<String, Storage> storages, Object... id) throws IOException {
    if (id.length < ID_LENGTH || !"storage".equals(id[0])) {
      throw new IOException("it refers to something that is no storage");
    }
    if (id.length > ID_LENGTH && id[ID_LENGTH] != null) {
      throw new IOException("it has views of storages, as PyTorch before 0.4 wrote");
    }
    StoredType type = PickleReader.type(id[1]);
    return storages.computeIfAbsent(PickleReader.key(id[2]), key -> new Storage(key, type));
  }
}
