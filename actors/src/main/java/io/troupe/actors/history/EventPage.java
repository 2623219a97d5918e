package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Some events of a run.
 *
 * @param events newest first, as the journal has them
 * @param before the cursor of the next page; empty if there is none. A page with few events or none
 *     may have a next one: a request looks at a part of a long journal only
 * @param kinds how many events of each kind the whole journal has
 */
public record EventPage(List<JsonNode> events, OptionalLong before, Map<String, Long> kinds) {
  /**
   * Which events are wanted.
   *
   * @param limit how many at most
   * @param before the cursor that the page before gave; empty for the newest
   * @param kinds of these kinds; if empty, all but {@code step}
   * @param text that they hold, in any case of letters; empty for any
   */
  public record Query(int limit, OptionalLong before, Set<String> kinds, String text) {
    /** Events of a page. */
    public static final int MOST = 1000;
  }
}
