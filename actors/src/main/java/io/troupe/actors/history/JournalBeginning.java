package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.JournalTail;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies of a journal what a run had told when it wrote a checkpoint, byte for byte. Without the
 * steps that it took while it wrote, but with the checkpoints that it had written by then.
 */
public final class JournalBeginning {
  private final Path journal;
  private final long step;
  private final JournalEntry entry = new JournalEntry();
  private long line;
  private long lastOfSteps = -1;
  private long end = -1;
  private long keptWhole = -1;

  private JournalBeginning(Path journal, long step) {
    this.journal = journal;
    this.step = step;
  }

  /**
   * Copies to a stream, a line at a time.
   *
   * @param journal which need not be there
   * @param step of the checkpoint; if the journal does not tell of it, all events up to the step
   *     are copied
   */
  public static void copy(Path journal, long step, OutputStream out) throws IOException {
    if (Files.exists(journal)) {
      JournalBeginning beginning = new JournalBeginning(journal, step);
      beginning.find();
      beginning.write(out);
    }
  }

  /** What comes of each line, in the order of lines. */
  private interface Lines {
    void line(byte[] bytes, int offset, int length) throws IOException;
  }

  private void read(Lines lines) throws IOException {
    line = 0;
    new JournalTail(journal)
        .read(
            new JournalTail.Listener() {
              @Override
              public void line(byte[] bytes, int offset, int length) throws IOException {
                lines.line(bytes, offset, length);
                line++;
              }

              @Override
              public void tooLong() {
                line++;
              }
            });
  }

  /** Finds the line after the newest event of the checkpoint, and the last event of its steps. */
  private void find() throws IOException {
    read(
        (bytes, offset, length) -> {
          if (!entry.read(bytes, offset, length)) {
            return;
          }
          if (!isCheckpoint()) {
            lastOfSteps = entry.step() <= step ? line : lastOfSteps;
          } else if (entry.step("of_step") == step) {
            end = line + 1;
            keptWhole = lastOfSteps;
          }
        });
    if (end < 0) {
      end = line;
      keptWhole = lastOfSteps;
    }
  }

  private void write(OutputStream out) throws IOException {
    read(
        (bytes, offset, length) -> {
          boolean kept =
              line <= keptWhole
                  || (line < end && entry.read(bytes, offset, length) && isCheckpoint());
          if (kept) {
            out.write(bytes, offset, length);
            out.write('\n');
          }
        });
  }

  private boolean isCheckpoint() {
    return entry.kind().equals(Optional.of(RunEvent.CHECKPOINT));
  }
}
