package io.troupe.models.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipFile;

/**
 * A file with the tensors of networks, open for reading. Nothing that it says is carried out; its
 * numbers are read where they lie, when they are asked for.
 */
public final class WeightsFile implements AutoCloseable {
  private static final int PICKLE_PROTOCOL = 0x80;
  private static final int TAR_MAGIC_AT = 257;
  private static final int START_BYTES = TAR_MAGIC_AT + 5;

  private final String format;
  private final Map<String, WeightsGroup> groups;
  private final List<String> foreign;
  private final Closeable open;

  private WeightsFile(
      String format, Map<String, WeightsGroup> groups, Set<String> foreign, Closeable open) {
    this.format = format;
    this.groups = groups;
    this.foreign = List.copyOf(foreign);
    this.open = open;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is none of the formats, damaged, or holds no tensors; the message
   *     says what it is, as the end of a sentence about it
   */
  public static WeightsFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      Content content = Content.of(channel);
      String start = start(content);
      if (start.startsWith("PK\3\4")) {
        channel.close();
        return archive(path);
      }
      if (SafetensorsReader.isOne(content)) {
        return new WeightsFile(
            "safetensors", Map.of("", SafetensorsReader.read(content)), Set.of(), channel);
      }
      if (start.isEmpty() || start.charAt(0) != PICKLE_PROTOCOL) {
        throw new IOException(unknown(start));
      }
      return pickle(content, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (RuntimeException e) {
      channel.close();
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
  }

  private static String start(Content content) throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(START_BYTES, content.length()));
    content.read(0, start);
    return new String(start.array(), StandardCharsets.ISO_8859_1);
  }

  private static String unknown(String start) {
    if (start.startsWith("ustar", TAR_MAGIC_AT)) {
      return "it is a tar archive, as PyTorch before 0.1.10 wrote; save it anew with a later one";
    }
    return start.startsWith("\u0089HDF")
        ? "it is an HDF5 file, as Keras writes; weights of PyTorch are wanted"
        : "it is neither an archive or pickle of PyTorch nor safetensors";
  }

  private static WeightsFile archive(Path path) throws IOException {
    ZipFile zip = new ZipFile(path.toFile());
    try {
      Set<String> foreign = new LinkedHashSet<>();
      return of("PyTorch archive", TorchArchive.read(zip, foreign), foreign, zip);
    } catch (IOException e) {
      zip.close();
      throw e;
    } catch (RuntimeException e) {
      zip.close();
      throw new IOException("it is a damaged archive: " + e.getMessage(), e);
    }
  }

  private static WeightsFile pickle(Content content, FileChannel channel) throws IOException {
    Set<String> foreign = new LinkedHashSet<>();
    ContentStream in = new ContentStream(content, new Budget());
    Object first =
        new PickleReader(
                in,
                id -> {
                  throw new IOException("it refers to numbers that it does not have");
                },
                foreign)
            .read();
    return LegacyTorch.isMagic(first)
        ? of(
            "PyTorch, before version 1.6",
            LegacyTorch.afterMagic(content, in, foreign),
            foreign,
            channel)
        : of("pickle", first, foreign, channel);
  }

  private static WeightsFile of(String format, Object saved, Set<String> foreign, Closeable open)
      throws IOException {
    Map<String, WeightsGroup> groups = new LinkedHashMap<>();
    if (PersistentModules.isModule(saved)) {
      groups.put("", PersistentModules.read(saved));
    } else if (saved instanceof Map<?, ?> map) {
      add(groups, "", map);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (PersistentModules.isModule(entry.getValue())) {
          groups.put(String.valueOf(entry.getKey()), PersistentModules.read(entry.getValue()));
        } else if (entry.getValue() instanceof Map<?, ?> inner) {
          add(groups, String.valueOf(entry.getKey()), inner);
        }
      }
    }
    return new WeightsFile(format, groups, foreign, open);
  }

  private static void add(Map<String, WeightsGroup> groups, String name, Map<?, ?> map) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (value instanceof StoredTensor tensor) {
            tensors.put(String.valueOf(key), tensor);
          }
        });
    if (!tensors.isEmpty()) {
      groups.put(name, new WeightsGroup("", tensors, Map.of()));
    }
  }

  /** What kind of file it is, for people. */
  public String format() {
    return format;
  }

  /** Networks by their names in the file; the one of a file that has no names is "". */
  public Map<String, WeightsGroup> groups() {
    return groups;
  }

  /**
   * Functions that reading the file by Python's pickle would call, and that no file of weights
   * needs. They were not called.
   */
  public List<String> foreignCalls() {
    return foreign;
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
