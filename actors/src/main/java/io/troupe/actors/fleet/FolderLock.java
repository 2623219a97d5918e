package io.troupe.actors.fleet;

import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * What each node of a fleet holds while it is a member, so that no second fleet begins in its
 * folder: a shared lock on a file, which the system takes back however the process ends.
 */
final class FolderLock implements AutoCloseable {
  /** Locked by one node at a time while it looks whether there are others. */
  private static final long TURN = 0;

  /** Locked by all nodes, shared. */
  private static final long MEMBERS = 1;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @param begins whether the node begins a fleet, which it may only where no other node lives
   * @return empty if it may not
   */
  static Optional<FolderLock> take(Path file, boolean begins) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean taken = false;
    try (FileLock turn = channel.lock(TURN, 1, false)) {
      taken = !begins || isFree(channel);
      if (taken) {
        share(channel);
      }
      turn.release();
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    return taken ? Optional.of(new FolderLock(channel)) : Optional.empty();
  }

  /** As {@link #take}, or why not. */
  static FolderLock hold(FleetFolder folder, boolean begins) throws FleetNode.StartException {
    try {
      return take(folder.nodesLock(), begins)
          .orElseThrow(
              () ->
                  new FleetNode.StartException(
                      "a fleet uses the folder %s already; join it by --seed-node with HOST:PORT of one of its nodes, or choose another --folder"
                          .formatted(folder.root()),
                      null));
    } catch (IOException e) {
      throw new FleetNode.StartException(
          "the node cannot use the folder %s: %s".formatted(folder.root(), IoReason.of(e)), e);
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try (FileLock alone = channel.tryLock(MEMBERS, 1, false)) {
      return alone != null;
    } catch (OverlappingFileLockException e) {
      return false; // By a node in this process.
    }
  }

  private static void share(FileChannel channel) throws IOException {
    try {
      channel.lock(MEMBERS, 1, true);
    } catch (OverlappingFileLockException e) {
      // A node in this process, as tests have, holds it for both.
      return;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
