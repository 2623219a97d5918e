package io.troupe.actors.checkpoint;

import com.esotericsoftware.kryo.io.Output;
import io.troupe.config.SettingsHistory;
import io.troupe.config.files.AtomicFile;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.TrainingState;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The format of checkpoint files: the bytes "TROUPE", a format version (int), the length of the
 * header (int), the header (Kryo), each vector as little-endian float32, and the SHA-256 of all
 * that. Integers are big-endian. Every version begins with the same bytes and ends with a SHA-256.
 */
final class CheckpointFile {
  private static final byte[] MAGIC = "TROUPE".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 5;

  private static final int MAX_HEADER = 1 << 20;
  private static final int CHUNK_FLOATS = 1 << 18;

  private CheckpointFile() {}

  /**
   * Writes a file so that it appears under its name complete or not at all, and stays there after a
   * power loss.
   *
   * @param changes of the run's settings
   * @return SHA-256 of the vectors' bytes, in hexadecimal
   * @throws CheckpointException if an element is not finite
   */
  static String write(
      Path file,
      String preset,
      long seed,
      List<SettingsHistory.Change> changes,
      TrainingState state)
      throws IOException, CheckpointException {
    Output header = header(preset, seed, changes, state);
    return AtomicFile.<String, CheckpointException>writeDurably(
        file, channel -> writeContent(channel, file, header, state));
  }

  private static Output header(
      String preset, long seed, List<SettingsHistory.Change> changes, TrainingState state) {
    ArrayList<CheckpointHeader.Vector> vectors = new ArrayList<>();
    state
        .vectors()
        .forEach((name, array) -> vectors.add(new CheckpointHeader.Vector(name, array.length())));
    Output header = new Output(4096, MAX_HEADER);
    new CheckpointHeader(
            preset,
            seed,
            state.progress(),
            vectors,
            new ArrayList<>(changes),
            Optional.of(state.spec()))
        .write(CheckpointHeader.kryo(), header);
    return header;
  }

  private static String writeContent(
      FileChannel channel, Path file, Output header, TrainingState state)
      throws IOException, CheckpointException {
    OutputStream raw = Channels.newOutputStream(channel);
    DigestOutputStream digested = new DigestOutputStream(raw, sha256());
    DataOutputStream out = new DataOutputStream(digested);
    out.write(MAGIC);
    out.writeInt(VERSION);
    out.writeInt((int) header.total());
    out.write(header.getBuffer(), 0, header.position());
    out.flush();
    MessageDigest vectorsDigest = sha256();
    byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (Map.Entry<String, FloatVector> vector : state.vectors().entrySet()) {
      FloatBuffer values = vector.getValue().read();
      for (int start = 0; start < values.capacity(); start += CHUNK_FLOATS) {
        int count = Math.min(CHUNK_FLOATS, values.capacity() - start);
        floats.put(0, values, start, count);
        requireFinite(file, vector.getKey(), floats, count);
        vectorsDigest.update(chunk, 0, count * Float.BYTES);
        digested.write(chunk, 0, count * Float.BYTES);
      }
    }
    raw.write(digested.getMessageDigest().digest());
    return HexFormat.of().formatHex(vectorsDigest.digest());
  }

  private static void requireFinite(Path file, String vector, FloatBuffer chunk, int count)
      throws CheckpointException {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      // 0, or not a number if the element is infinite or none.
      sum += chunk.get(i) * 0;
    }
    for (int i = 0; i < count && Float.isNaN(sum); i++) {
      if (!Float.isFinite(chunk.get(i))) {
        throw CheckpointException.notFinite(file, vector, chunk.get(i));
      }
    }
  }

  /**
   * Reads a file into a state. The state stays as it is if the file is refused, unless that is
   * because of elements that are not finite; then some of the file is in it.
   *
   * @throws CheckpointException if the file is damaged, of another format version, of networks of
   *     other sizes, or not finite
   */
  static void read(Path file, TrainingState state) throws IOException, CheckpointException {
    requireWhole(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      CheckpointHeader header = readHeader(file, in);
      requireFit(file, header, state);
      byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
      FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      for (Map.Entry<String, FloatVector> vector : state.vectors().entrySet()) {
        FloatBuffer values = vector.getValue().write();
        for (int start = 0; start < values.capacity(); start += CHUNK_FLOATS) {
          int count = Math.min(CHUNK_FLOATS, values.capacity() - start);
          in.readFully(chunk, 0, count * Float.BYTES);
          requireFinite(file, vector.getKey(), floats, count);
          values.put(start, floats, 0, count);
        }
      }
      state.setProgress(header.progress());
    }
  }

  static boolean isMagic(InputStream in) throws IOException {
    return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
  }

  /** Nothing in a damaged file is believed, not even its version or its sizes. */
  static void requireWhole(Path file) throws IOException, CheckpointException {
    MessageDigest digest = sha256();
    long left = Files.size(file) - MAGIC.length - digest.getDigestLength();
    try (InputStream in = Files.newInputStream(file)) {
      if (!isMagic(in)) {
        throw CheckpointException.damaged(file, "it is not a Troupe checkpoint");
      }
      digest.update(MAGIC);
      byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
      while (left > 0) {
        int count = in.readNBytes(chunk, 0, (int) Math.min(left, chunk.length));
        if (count == 0) {
          throw CheckpointException.damaged(file, "it grew shorter while it was read");
        }
        digest.update(chunk, 0, count);
        left -= count;
      }
      if (!Arrays.equals(digest.digest(), in.readAllBytes())) {
        throw CheckpointException.damaged(file, "its SHA-256 does not agree with its content");
      }
    }
  }

  /** Reads from the start of a whole file up to the first vector. */
  static CheckpointHeader readHeader(Path file, DataInputStream in)
      throws IOException, CheckpointException {
    in.skipNBytes(MAGIC.length);
    int version = in.readInt();
    if (version < 1 || version > VERSION) {
      throw CheckpointException.unfit(
          file,
          "its format version is %d, and this Troupe reads versions 1 to %d"
              .formatted(version, VERSION));
    }
    int length = in.readInt();
    if (length < 0 || length > MAX_HEADER) {
      throw CheckpointException.unfit(file, "its header has %d bytes".formatted(length));
    }
    CheckpointHeader header;
    try {
      header = CheckpointHeader.of(in.readNBytes(length), version);
    } catch (RuntimeException e) {
      throw CheckpointException.unfit(file, "its header cannot be read: " + e.getMessage());
    }
    requireLengths(file, length, header);
    return header;
  }

  private static void requireLengths(Path file, int headerLength, CheckpointHeader header)
      throws IOException, CheckpointException {
    long bytes = Files.size(file) - MAGIC.length - 2L * Integer.BYTES - headerLength;
    bytes -= sha256().getDigestLength();
    long left = bytes;
    for (CheckpointHeader.Vector vector : header.vectors()) {
      left -= vector.length() > bytes ? bytes + 1 : vector.length() * Float.BYTES;
    }
    if (left != 0) {
      throw CheckpointException.unfit(
          file,
          "its header says that it holds %s, but it has %d bytes of numbers"
              .formatted(header.vectors(), bytes));
    }
  }

  private static void requireFit(Path file, CheckpointHeader header, TrainingState state)
      throws CheckpointException {
    List<CheckpointHeader.Vector> expected = new ArrayList<>();
    state
        .vectors()
        .forEach((name, array) -> expected.add(new CheckpointHeader.Vector(name, array.length())));
    if (header.vectors().equals(expected)) {
      return;
    }
    List<String> misfits = new ArrayList<>();
    for (StoredNetwork network : List.of(StoredNetwork.GENERATOR, StoredNetwork.DISCRIMINATOR)) {
      long wanted = state.vectors().get(network.vector()).length();
      header.vectors().stream()
          .filter(vector -> vector.name().equals(network.vector()) && vector.length() != wanted)
          .forEach(
              vector ->
                  misfits.add(
                      "its %s has %d values, and these settings need %d"
                          .formatted(vector.name(), vector.length(), wanted)));
    }
    throw CheckpointException.misfit(
        file, misfits.isEmpty() ? "it holds other vectors" : String.join("; ", misfits));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
