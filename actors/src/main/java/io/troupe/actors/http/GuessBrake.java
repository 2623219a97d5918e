package io.troupe.actors.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How many wrong tokens an address may give: ten at once, and then one in six seconds. */
final class GuessBrake {
  /** After how long another wrong token is allowed. */
  static final Duration EACH = Duration.ofSeconds(6);

  private static final int AT_ONCE = 10;
  private static final int MOST_ADDRESSES = 1024;

  private final LongSupplier clock;

  /** When all wrong tokens of an address are forgotten; the addresses that guessed last. */
  private final Map<String, Long> forgottenAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * A brake.
   *
   * @param clock nanoseconds
   */
  GuessBrake(LongSupplier clock) {
    this.clock = clock;
  }

  /** Whether an address may give a token now. */
  synchronized boolean mayTry(String address) {
    Long until = forgottenAt.get(address);
    return until == null || until - clock.getAsLong() <= (AT_ONCE - 1) * EACH.toNanos();
  }

  /** An address gave a wrong token. */
  synchronized void wrong(String address) {
    long now = clock.getAsLong();
    long until = forgottenAt.getOrDefault(address, now);
    forgottenAt.put(address, (until - now > 0 ? until : now) + EACH.toNanos());
  }
}
