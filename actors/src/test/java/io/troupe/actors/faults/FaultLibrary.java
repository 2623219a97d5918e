package io.troupe.actors.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The library of faults.c, which is preloaded into daemons; it is compiled where it is needed. */
final class FaultLibrary {
  private static final String SOURCE = "/faults/faults.c";

  private FaultLibrary() {}

  /**
   * Compiles the library.
   *
   * @param folder gets it
   * @return the library, or nothing if this machine has no C compiler or none of Linux
   */
  static Optional<Path> compile(Path folder) throws IOException, InterruptedException {
    Path source = folder.resolve("faults.c");
    try (InputStream text = FaultLibrary.class.getResourceAsStream(SOURCE)) {
      Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path library = folder.resolve("faults.so");
    List<String> command =
        List.of(
            "cc",
            "-std=gnu11",
            "-O1",
            "-shared",
            "-fPIC",
            "-o",
            library.toString(),
            source.toString(),
            "-ldl",
            "-lpthread");
    Process compiler;
    try {
      compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      System.err.println("faults: there is no C compiler, so there are no faults at system calls");
      return Optional.empty();
    }
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    compiler.waitFor(1, TimeUnit.MINUTES);
    if (compiler.exitValue() != 0) {
      System.err.println(
          "faults: faults.c cannot be compiled, so there are no faults at system calls: " + output);
      return Optional.empty();
    }
    return Optional.of(library);
  }
}
