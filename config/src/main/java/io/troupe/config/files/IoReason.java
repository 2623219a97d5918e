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
    if (error instanceof FileSystemException system) {
      // Its message is the file's name where the system says no more.
      return system.getReason() == null ? system.toString() : system.getMessage();
    }
    // The message of a class of its own is often no reason, but the name of what it is about.
    return error.getClass() == IOException.class && error.getMessage() != null
        ? error.getMessage()
        : error.toString();
  }
}
