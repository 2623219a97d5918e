package io.troupe.actors.sampling;

import io.troupe.actors.supervision.Supervision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Files that are written though others cannot be. */
public final class SeparateFiles {
  /** Writes one file. */
  public interface Content {
    public void write() throws IOException;
  }

  /** That are named. */
  private static final int MOST_CAUSES = 3;

  private int total;
  private int failed;
  private Optional<Throwable> first = Optional.empty();

  /** In words, each once. */
  private final Set<String> causes = new LinkedHashSet<>();

  /** Writes one; a failure of whatever kind is kept for {@link #requireAll}. */
  public void write(Content content) {
    total++;
    try {
      content.write();
    } catch (IOException | RuntimeException | Error e) {
      // Errors too: a Java without fonts has a plot end by one.
      failed++;
      first = first.or(() -> Optional.of(e));
      if (causes.size() < MOST_CAUSES) {
        causes.add(Supervision.describe(e));
      }
    }
  }

  /**
   * Throws if any could not be written.
   *
   * @param folder where they are
   */
  public void requireAll(Path folder) throws IOException {
    if (first.isPresent()) {
      throw new IOException(
          "%d of %d files in %s cannot be written: %s"
              .formatted(failed, total, folder, String.join("; ", causes)),
          first.get());
    }
  }
}
