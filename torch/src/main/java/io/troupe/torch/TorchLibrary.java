package io.troupe.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's library, whose files JavaCPP unpacks into a folder at their first use. */
final class TorchLibrary {
  private TorchLibrary() {}

  /**
   * Loads it, one process at a time: the system's loader finds its files by itself too (the folder
   * is in {@code LD_LIBRARY_PATH}), and a process that reads one of which another has written only
   * a part dies of SIGBUS.
   *
   * @throws UncheckedIOException if there is no writing to the folder
   * @throws LinkageError if it cannot be loaded
   */
  static synchronized void load() {
    try {
      Path lock = Loader.getCacheDir().toPath().resolve("troupe-torch.lock");
      try (FileChannel file =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // Until it is closed.
        file.lock();
        Loader.load(torch.class);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "PyTorch's library cannot be unpacked, or another process waited for: " + e, e);
    }
  }
}
