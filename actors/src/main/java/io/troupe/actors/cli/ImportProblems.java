package io.troupe.actors.cli;

import io.troupe.config.files.IoReason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipException;

/** Differences between a file's tensors and a network's, as people read them. */
final class ImportProblems {
  private static final int MOST = 40;

  private ImportProblems() {}

  /** Why a file of weights cannot be read. */
  static String reason(IOException error) {
    if (error instanceof FileSystemException || error.getMessage() == null) {
      return IoReason.of(error);
    }
    boolean cut = error instanceof EOFException || error instanceof ZipException;
    return error.getMessage() + (cut ? "; the file is damaged, or not all of it is here" : "");
  }

  /** One alone, or a line for each; of very many the first ones and their number. */
  static String text(List<String> problems) {
    if (problems.size() == 1) {
      return problems.get(0);
    }
    String lines =
        problems.stream().limit(MOST).map("  %s"::formatted).collect(Collectors.joining("\n"));
    String more = problems.size() > MOST ? "%n  ...".formatted() : "";
    return "%d differences:%n%s%s".formatted(problems.size(), lines, more);
  }
}
