package io.troupe.actors.daemon;

import io.troupe.actors.run.Helper;
import io.troupe.actors.run.Trouble;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which helpers fail at present. */
final class Troubles {
  private final Map<Helper, Trouble> all = new TreeMap<>(Comparator.comparing(Helper::label));

  /**
   * A helper failed.
   *
   * @return whether it worked before
   */
  boolean failed(Helper helper, String cause, boolean starting) {
    Trouble before = all.get(helper);
    Instant since = before == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : before.since();
    long times = before == null ? 1 : before.times() + 1;
    all.put(helper, new Trouble(helper, cause, since, times, starting));
    return before == null;
  }

  /** A helper works; what its trouble was until now, if it had any. */
  Optional<Trouble> works(Helper helper) {
    return Optional.ofNullable(all.remove(helper));
  }

  /** The trouble of a helper. */
  Optional<Trouble> of(Helper helper) {
    return Optional.ofNullable(all.get(helper));
  }

  /** All, by their names. */
  List<Trouble> list() {
    return List.copyOf(all.values());
  }
}
