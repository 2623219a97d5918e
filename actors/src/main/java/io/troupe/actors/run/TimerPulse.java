package io.troupe.actors.run;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Tells whether the timers of an actor system still run. All of them are called by one thread; if
 * it dies, of memory that is short, say, then no back-off ends, no question is given up, and no
 * shutdown that waits for such ends either.
 */
public final class TimerPulse {
  /**
   * Looks without a beat after which the timers count as dead; a busy machine is late, not dead.
   */
  private static final int PATIENCE_LOOKS = 3;

  private static final Duration BEAT = Duration.ofSeconds(1);

  private final LongSupplier beats;
  private long seen = -1;
  private int silentLooks;

  /**
   * One that counts beats that others make.
   *
   * @param beats how many there were
   */
  TimerPulse(LongSupplier beats) {
    this.beats = beats;
  }

  /** Of a system, whose timers are to beat once a second from now on. */
  public static TimerPulse of(ActorSystem<?> system) {
    AtomicLong beats = new AtomicLong();
    system
        .scheduler()
        .scheduleAtFixedRate(BEAT, BEAT, beats::incrementAndGet, system.executionContext());
    return new TimerPulse(beats::get);
  }

  /**
   * Looks once; looks are to be some seconds apart, and of one thread. They are counted, not timed,
   * since a process that was held and goes on finds timers and looks equally late.
   *
   * @return whether several looks in a row have found no beat
   */
  public boolean isDead() {
    long now = beats.getAsLong();
    silentLooks = now == seen ? silentLooks + 1 : 0;
    seen = now;
    return silentLooks >= PATIENCE_LOOKS;
  }
}
