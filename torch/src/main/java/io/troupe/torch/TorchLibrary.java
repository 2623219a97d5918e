package io.troupe.torch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's library, whose files JavaCPP unpacks into a folder at their first use. */
final class TorchLibrary {
  private static boolean loaded;

  private TorchLibrary() {}

  /**
   * Loads it, one process at a time: the system's loader finds its files by itself too (the folder
   * is in {@code LD_LIBRARY_PATH}), and a process that reads one of which another has written only
   * a part dies of SIGBUS.
   *
   * @throws LinkageError if it cannot be loaded
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    try (FileChannel file =
        FileChannel.open(
            Loader.getCacheDir().toPath().resolve("troupe-torch.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      // Until it is closed.
      file.lock();
      Loader.load(torch.class);
    } catch (IOException e) {
      // A file system without locks, or a folder that may only be read and has all unpacked.
      Loader.load(torch.class);
    }
    loaded = true;
  }
}
