package io.troupe.models.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What {@code torch.save} writes since version 1.6: a zip archive of a pickle and a file of raw
 * numbers for each storage.
 */
final class TorchArchive {
  private static final String PICKLE = "data.pkl";
  private static final int ID_LENGTH = 5;

  private TorchArchive() {}

  /** The object that an archive holds; its numbers are read from the archive later. */
  static Object read(ZipFile zip, Set<String> foreign) throws IOException {
    Optional<String> pickle =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .findFirst();
    if (pickle.isEmpty()) {
      throw new IOException(
          "it is a zip archive without an entry data.pkl, so torch.save did not write it");
    }
    String folder = pickle.get().substring(0, pickle.get().length() - PICKLE.length());
    if (zip.getEntry(folder + "constants.pkl") != null) {
      throw new IOException(
          "it is a program of TorchScript; save the state_dict() of its module instead");
    }
    ZipEntry order = zip.getEntry(folder + "byteorder");
    if (order != null && !"little".equals(text(zip, order))) {
      throw new IOException("it was written by a machine whose numbers are big-endian");
    }
    Content content = Content.of(bytes(zip, zip.getEntry(pickle.get()), Budget.MOST_BYTES));
    Map<String, Storage> storages = new HashMap<>();
    return new PickleReader(
            new ContentStream(content, new Budget()),
            id -> storage(zip, folder, storages, id),
            foreign)
        .read();
  }

  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    return new String(bytes(zip, entry, 16), StandardCharsets.US_ASCII).strip();
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry, int most) throws IOException {
    byte[] content;
    try (InputStream in = zip.getInputStream(entry)) {
      // Grows as bytes arrive: what the archive says of their number is not believed.
      content = in.readNBytes(most + 1);
    } catch (EOFException e) {
      throw Content.early(entry);
    }
    if (content.length > most) {
      throw new IOException("its entry %s has more than %d bytes".formatted(entry.getName(), most));
    }
    Content.requireChecksum(entry, content);
    return content;
  }

  private static Storage storage(
      ZipFile zip, String folder, Map<String, Storage> storages, Object... id) throws IOException {
    if (id.length < ID_LENGTH || !"storage".equals(id[0])) {
      throw new IOException("it refers to something that is no storage");
    }
    StoredType type = PickleReader.type(id[1]);
    return storages.computeIfAbsent(
        PickleReader.key(id[2]),
        key -> {
          Storage storage = new Storage(key, type);
          ZipEntry entry = zip.getEntry(folder + "data/" + key);
          if (entry != null) {
            storage.lieIn(Content.of(zip, entry));
          }
          return storage;
        });
  }
}
