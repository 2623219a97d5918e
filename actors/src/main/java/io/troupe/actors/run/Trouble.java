package io.troupe.actors.run;

import java.time.Instant;

/**
 * A helper that fails at present; it goes on trying.
 *
 * @param cause of the last failure
 * @param since the first failure after the last success
 * @param times failures since then
 * @param starting whether the last failure kept it from starting
 */
public record Trouble(Helper helper, String cause, Instant since, long times, boolean starting) {
  /** In a sentence. */
  public String sentence() {
    return "%s fails since %s, %s: %s"
        .formatted(helper.label(), since, times == 1 ? "once" : times + " times", cause);
  }
}
