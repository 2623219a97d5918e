package io.troupe.actors.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param topic what it belongs to, e.g. {@code memory}
 * @param name what was looked at
 * @param value what was found
 * @param state what it means for training
 * @param advice what to do about it; empty if nothing
 */
public record Finding(String topic, String name, String value, State state, String advice) {
  /** What a finding means for training. */
  public enum State {
    /** As it should be. */
    OK,
    /** It works, and could be better. */
    NOTE,
    /** Training fails or crashes with it. */
    PROBLEM
  }

  static Finding ok(String topic, String name, String value) {
    return new Finding(topic, name, value, State.OK, "");
  }

  static Finding note(String topic, String name, String value, String advice) {
    return new Finding(topic, name, value, State.NOTE, advice);
  }

  static Finding problem(String topic, String name, String value, String advice) {
    return new Finding(topic, name, value, State.PROBLEM, advice);
  }
}
