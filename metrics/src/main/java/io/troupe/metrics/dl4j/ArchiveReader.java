package io.troupe.metrics.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.models.memory.FloatVector;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Reads the archive that DeepLearning4J's {@code ModelSerializer} writes, without it: that restores
 * Java objects which the file holds, and an object may run code while it is restored. Here the
 * configuration's text and the weights are read, and classes that the text names must be of
 * DeepLearning4J or ND4J.
 */
final class ArchiveReader {
  static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  /** What prepares pictures; Java objects, or classes that it names. */
  private static final Set<String> PREPARATIONS = Set.of("normalizer.bin", "preprocessor.bin");

  /** Keys by which the configuration names classes. */
  private static final Set<String> CLASS_KEYS = Set.of("@class", "type");

  private static final Pattern OWN_CLASS =
      Pattern.compile("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+");
  private static final Pattern CLASS = Pattern.compile("[\\w$]+(\\.[\\w$]+)+.*");
  private static final int MOST_TEXT = 64 << 20;

  /** More than deflate can shrink anything. */
  private static final long MOST_SHRINKING = 1100;

  private ArchiveReader() {}

  /**
   * Reads a network.
   *
   * @param prepared whether it is known how the network's pictures are prepared
   * @throws IOException if that cannot be done; the message goes on after the file's name
   */
  static LoadedNetwork read(Path file, boolean prepared) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry("model.weights.h5") != null) {
        throw new IOException(
            "is Keras' newer format; save the network by model.save(\"network.h5\")");
      }
      ZipEntry weights = require(zip, COEFFICIENTS);
      String text = text(zip, require(zip, CONFIGURATION));
      for (String name : PREPARATIONS) {
        if (!prepared && zip.getEntry(name) != null) {
          throw new IOException(
              "has %s, which prepares its pictures and is not read, because that could run code; give %s and %s that do the same"
                  .formatted(name, Setting.named("input-mean"), Setting.named("input-deviation")));
        }
      }
      JsonNode settings = new ObjectMapper().readTree(text);
      refuseForeignClasses(settings);
      return network(
          settings.has("vertices")
              ? ComputationGraphConfiguration.fromJson(text)
              : LoadedNetwork.graph(MultiLayerConfiguration.fromJson(text)),
          zip,
          weights);
    } catch (ZipException e) {
      throw new IOException("is no whole zip archive: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new IOException("ends within " + COEFFICIENTS, e);
    }
  }

  private static ZipEntry require(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException(
          "is a zip archive without %s; ModelSerializer.writeModel makes those that are read"
              .formatted(name));
    }
    return entry;
  }

  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MOST_TEXT + 1);
      if (bytes.length > MOST_TEXT) {
        throw new IOException("has a %s of more than %d bytes".formatted(CONFIGURATION, MOST_TEXT));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Jackson loads a class before it finds that it is none of the kind that is wanted. */
  private static void refuseForeignClasses(JsonNode node) throws IOException {
    for (String key : CLASS_KEYS) {
      JsonNode name = node.get(key);
      if (name != null
          && name.isTextual()
          && (key.equals("@class") || CLASS.matcher(name.asText()).matches())
          && !OWN_CLASS.matcher(name.asText()).matches()) {
        throw new IOException(
            "names the class %s, which is none of DeepLearning4J; nothing of it was loaded"
                .formatted(name.asText()));
      }
    }
    for (JsonNode child : node) {
      refuseForeignClasses(child);
    }
  }

  private static FloatVector coefficients(ZipFile zip, ZipEntry entry, long count)
      throws IOException {
    if (entry.getSize() > MOST_SHRINKING * (entry.getCompressedSize() + 1)) {
      throw new IOException(
          "says that %d bytes of %s are %d when unpacked"
              .formatted(entry.getCompressedSize(), COEFFICIENTS, entry.getSize()));
    }
    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
      return Coefficients.read(in, entry.getSize(), count);
    } catch (EOFException | ZipException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("has a bad %s: %s".formatted(COEFFICIENTS, e.getMessage()), e);
    }
  }

  private static LoadedNetwork network(
      ComputationGraphConfiguration settings, ZipFile zip, ZipEntry weights) throws IOException {
    settings.setDataType(DataType.FLOAT);
    long count = 0;
    for (GraphVertex vertex : settings.getVertices().values()) {
      vertex.setDataType(DataType.FLOAT);
      count += vertex.numParams(true);
    }
    ComputationGraph network = new ComputationGraph(settings);
    FloatVector values = coefficients(zip, weights, count);
    try {
      network.init(values.array(), false);
      return new LoadedNetwork(network);
    } catch (RuntimeException | LinkageError e) {
      values.close();
      throw e;
    }
  }
}
