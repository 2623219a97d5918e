package io.troupe.actors.checkpoint;

import io.troupe.config.SettingsHistory;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.TrainingState;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A whole checkpoint file, open for reading; nothing of it is changed. Its vectors are copied as
 * streams, so that it may be larger than memory. A run that goes on may remove the file meanwhile:
 * what is open stays readable.
 */
public final class StoredCheckpoint implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final CheckpointHeader header;
  private final long start;

  private StoredCheckpoint(Path file, FileChannel channel) throws IOException, CheckpointException {
    this.file = file;
    this.channel = channel;
    header = CheckpointFile.readHeader(file, new DataInputStream(Channels.newInputStream(channel)));
    start = channel.position();
  }

  /**
   * Opens a file whose checksum agrees with its content.
   *
   * @throws CheckpointException if it is damaged or of another format version
   */
  public static StoredCheckpoint open(Path file) throws IOException, CheckpointException {
    CheckpointFile.requireWhole(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new StoredCheckpoint(file, channel);
    } catch (IOException | CheckpointException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Opens the newest good file of a folder. Damaged ones stay where they are.
   *
   * @param rejected hears why each newer file is passed over
   * @throws CheckpointException if no file is good, or the newest sound one is of another format
   *     version
   */
  public static StoredCheckpoint newest(Path folder, Consumer<String> rejected)
      throws IOException, CheckpointException {
    List<String> reasons = new ArrayList<>();
    for (Path file : CheckpointFolder.newestFirst(folder)) {
      try {
        StoredCheckpoint good = open(file);
        reasons.forEach(rejected);
        return good;
      } catch (CheckpointException e) {
        if (!e.allowsOlder()) {
          throw e;
        }
        reasons.add(e.getMessage());
      } catch (NoSuchFileException e) {
        reasons.add(file + ": it was removed meanwhile");
      } catch (IOException e) {
        reasons.add(CheckpointException.unreadable(file, e).getMessage());
      }
    }
    reasons.forEach(rejected);
    throw CheckpointException.unfit(
        folder,
        reasons.isEmpty()
            ? "there is no checkpoint"
            : "there is no good checkpoint; of the newest: " + reasons.get(0));
  }

  /** Whether a stream begins as every checkpoint does. */
  public static boolean isBeginning(InputStream in) throws IOException {
    return CheckpointFile.isMagic(in);
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /** Size of the file, in bytes. */
  public long bytes() throws IOException {
    return channel.size();
  }

  /** The preset that the run started from. */
  public String preset() {
    return header.preset();
  }

  /** The run's seed. */
  public long seed() {
    return header.seed();
  }

  /** How far training was. */
  public TrainingState.Progress progress() {
    return header.progress();
  }

  /** The changes of the run's settings that were recorded when it was written. */
  public List<SettingsHistory.Change> changes() {
    return List.copyOf(header.changes());
  }

  /** The images that the networks are made for; empty in files of versions 1 and 2. */
  Optional<ImageSpec> spec() {
    return header.spec();
  }

  /** Number of elements of each vector by name. */
  public Map<String, Long> lengths() {
    return header.vectors().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                CheckpointHeader.Vector::name, CheckpointHeader.Vector::length));
  }

  /** SHA-256 of all parameters, states and moments, in hexadecimal, as the journal has it. */
  public String sha256() throws IOException {
    MessageDigest digest = CheckpointFile.sha256();
    long length = header.vectors().stream().mapToLong(CheckpointHeader.Vector::length).sum();
    copy(
        start,
        length * Float.BYTES,
        new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Copies elements of a network's vector as little-endian float32.
   *
   * @param offset of the first element in the vector
   * @param length number of elements
   * @throws IndexOutOfBoundsException if the vector has no such elements
   */
  public void copy(StoredNetwork network, long offset, long length, OutputStream out)
      throws IOException {
    copy(position(network.vector(), offset, length), length * Float.BYTES, out);
  }

  /**
   * Reads a network's vector from its first element on.
   *
   * @param target is filled
   * @throws IndexOutOfBoundsException if the vector is shorter
   */
  void read(StoredNetwork network, FloatBuffer target) throws IOException {
    read(network.vector(), 0, target);
  }

  /**
   * Reads a part of a vector.
   *
   * @param offset of its first element in the vector
   * @param target is filled
   * @throws IndexOutOfBoundsException if the vector has no such elements
   */
  void read(String vector, long offset, FloatBuffer target) throws IOException {
    long from = position(vector, offset, target.remaining());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (target.hasRemaining()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, (long) target.remaining() * Float.BYTES));
      fill(chunk, from);
      from += chunk.limit();
      target.put(chunk.flip().asFloatBuffer());
    }
  }

  /** Where elements of a vector begin in the file. */
  private long position(String name, long offset, long length) {
    long position = start;
    for (CheckpointHeader.Vector vector : header.vectors()) {
      if (vector.name().equals(name)) {
        Objects.checkFromIndexSize(offset, length, vector.length());
        return position + offset * Float.BYTES;
      }
      position += vector.length() * Float.BYTES;
    }
    throw new IndexOutOfBoundsException(file + " holds no vector " + name);
  }

  private void copy(long from, long bytes, OutputStream out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    long done = 0;
    while (done < bytes) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
      fill(chunk, from + done);
      out.write(chunk.array(), 0, chunk.limit());
      done += chunk.limit();
    }
  }

  private void fill(ByteBuffer chunk, long from) throws IOException {
    while (chunk.hasRemaining()) {
      if (channel.read(chunk, from + chunk.position()) < 0) {
        throw new EOFException(file + " grew shorter while it was read");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
