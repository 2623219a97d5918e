package io.troupe.actors.run;

import java.time.Duration;

/** How long a run's answers may take: a daemon gives up then, and who asks it a little later. */
public final class AnswerTimes {
  /** To what it knows, such as its status. */
  public static final Duration AT_ONCE = Duration.ofSeconds(5);

  /** How long somebody waits for an answer that is to come at once. */
  public static final Duration GLANCE = AT_ONCE.multipliedBy(2);

  /** To what is done between two iterations, or soon after. */
  public static final Duration SOON = Duration.ofMinutes(10);

  /** To what writes files. */
  public static final Duration WRITTEN = Duration.ofMinutes(30);

  /** To an evaluation that is waited for. */
  public static final Duration EVALUATED = Duration.ofHours(6);

  private AnswerTimes() {}

  /** How long somebody waits for a daemon that answers within a time. */
  public static Duration beyond(Duration daemons) {
    return daemons.plusMinutes(1);
  }
}
