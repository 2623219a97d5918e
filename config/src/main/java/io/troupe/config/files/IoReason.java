package io.troupe.config.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be read or written, as people say it. */
public final class IoReason {
  private IoReason() {}

  /** The reason, with the file if the exception names one; never a class's name alone. */
  public static String of(IOException error) {
    if (error instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (error instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (error instanceof NotDirectoryException file) {
      return file.getFile() + " is no folder";
    }
    // Its message is the file's name where the system says no more.
    return error instanceof FileSystemException system && system.getReason() != null
        ? system.getMessage()
        : error.toString();
  }
}
