package io.troupe.metrics.inception;

import io.troupe.config.CommandHint;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFiles;
import io.troupe.metrics.WeightsException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The weights of the Inception network of 2015-12-05, batch norm folded into its convolutions. They
 * are read from any of the files in which they are published: TensorFlow's graph {@code
 * classify_image_graph_def.pb}, the archive {@code inception-2015-12-05.tgz} around it, or
 * PyTorch's state dict {@code pt_inception-2015-12-05-6726825d.pth}. Takes 96 MB of the heap.
 */
public final class InceptionWeights {
  private static final String GRAPH = "classify_image_graph_def.pb";
  private static final String REMEDY =
      "Run '%s', or give the path of inception-2015-12-05.tgz, of classify_image_graph_def.pb or of pt_inception-2015-12-05-6726825d.pth"
          .formatted(CommandHint.of("fetch", "inception"));
  private static final int BUFFER_BYTES = 1 << 16;

  private final Map<String, float[]> values;

  private InceptionWeights(Map<String, float[]> values) {
    this.values = values;
  }

  /** Weights of no meaning, under which activations keep their size: to measure speed. */
  public static InceptionWeights random(long seed) {
    Map<String, float[]> values = new HashMap<>();
    int index = 0;
    for (Unit unit : Units.ALL.values()) {
      int fanIn = unit.kernelHeight() * unit.kernelWidth() * unit.in();
      values.put(unit.weight(), normal(seed, index++, fanIn * unit.out(), Math.sqrt(2.0 / fanIn)));
      values.put(unit.bias(), new float[unit.out()]);
    }
    values.put(Network.CLASSES, normal(seed, index, Units.FEATURES * Units.CLASSES, 0.02));
    return new InceptionWeights(values);
  }

  private static float[] normal(long seed, int index, int length, double deviation) {
    CounterRandom random = new CounterRandom(seed, Stream.FEATURES, 3, index);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Values by the names of the network's parameters. */
  Map<String, float[]> values() {
    return values;
  }

  /**
   * The file to read: the one that is given, else the first of the three that is in the user's
   * cache.
   *
   * @throws WeightsException if there is none
   */
  public static Path find(Optional<Path> path) {
    return find(path, CacheFolder.ofUser());
  }

  /** As {@link #find(Optional)}, for another cache. */
  static Path find(Optional<Path> path, CacheFolder cache) {
    return path.or(() -> fetched(cache))
        .orElseThrow(
            () ->
                new WeightsException(
                    "The Inception network is not in %s. %s".formatted(cache.root(), REMEDY)));
  }

  /** The file in the cache, if one is there. */
  public static Optional<Path> fetched() {
    return fetched(CacheFolder.ofUser());
  }

  private static Optional<Path> fetched(CacheFolder cache) {
    return List.of(
            RemoteFiles.INCEPTION.fileName(), GRAPH, RemoteFiles.INCEPTION_PYTORCH.fileName())
        .stream()
        .map(cache.root()::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Reads a file; of which kind it is its content says.
   *
   * @throws WeightsException if it cannot be read, is not one of the three, is damaged, or holds
   *     another network
   */
  public static InceptionWeights read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new WeightsException("%s: there is no such file. %s".formatted(path, REMEDY));
    }
    try {
      byte[] start = start(path);
      boolean torch = starts(start, 'P', 'K');
      Set<String> names = FoldedWeights.names(torch);
      Map<String, Tensor> tensors;
      if (torch) {
        tensors = StateDictReader.read(path, names);
      } else if (starts(start, 0x1f, 0x8b)) {
        tensors = readArchive(path, names);
      } else if (starts(start, 0x80, 0x02)) {
        throw new WeightsException(
            ("it is a state dict as PyTorch wrote it before version 1.6, which is not supported;"
                + " load it with a newer one and save it again"));
      } else {
        try (InputStream content = Files.newInputStream(path)) {
          tensors = GraphDefReader.read(content, names);
        }
      }
      return new InceptionWeights(FoldedWeights.of(tensors, torch));
    } catch (EOFException e) {
      throw unfit(path, "it ends early", e);
    } catch (IOException | WeightsException e) {
      throw unfit(path, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
    } catch (StackOverflowError e) {
      throw unfit(path, "what it holds is nested too deeply", e);
    } catch (OutOfMemoryError e) {
      throw unfit(
          path,
          "it does not fit into the JVM's memory of %d MiB"
              .formatted(Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static WeightsException unfit(Path path, String reason, Throwable cause) {
    return new WeightsException(
        "%s: expected the Inception network of 2015-12-05, but: %s. %s"
            .formatted(path, reason.replaceFirst("\\.$", ""), REMEDY),
        cause);
  }

  private static byte[] start(Path path) throws IOException {
    try (InputStream content = Files.newInputStream(path)) {
      return content.readNBytes(2);
    }
  }

  private static boolean starts(byte[] start, int first, int second) {
    return start.length == 2 && (start[0] & 0xFF) == first && (start[1] & 0xFF) == second;
  }

  private static Map<String, Tensor> readArchive(Path path, Set<String> names) throws IOException {
    try (InputStream raw = Files.newInputStream(path);
        InputStream gzip =
            new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES);
        TarArchiveInputStream tar = new TarArchiveInputStream(gzip)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().endsWith(GRAPH)) {
          Map<String, Tensor> tensors = GraphDefReader.read(tar, names);
          // To the very end, where gzip keeps its checksum.
          gzip.transferTo(OutputStream.nullOutputStream());
          return tensors;
        }
      }
      throw new IOException("the archive has no entry " + GRAPH);
    }
  }
}
