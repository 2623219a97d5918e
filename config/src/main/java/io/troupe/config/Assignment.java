package io.troupe.config;

/**
 * A setting that somebody gives a value.
 *
 * @param place where it was written, as problems name it; without secrets
 * @param text {@code key=value}, the value as HOCON; the values of text keys may also be plain text
 */
public record Assignment(String place, String text) {
  /** Of the command line's {@code --set KEY=VALUE}. */
  public static Assignment set(String text) {
    return new Assignment("--set " + shown(text), text);
  }

  /** Of a request to a running daemon. */
  static Assignment requested(String text) {
    return new Assignment("request " + shown(text), text);
  }

  /**
   * Of an option of its own, e.g. {@code --steps 100}.
   *
   * @param option its name
   * @param key which setting it gives the value
   */
  public static Assignment option(String option, String key, Object value) {
    return new Assignment(option + " " + value.toString().replace('\n', ' '), key + "=" + value);
  }

  /** The place ends up in messages and logs, where a secret must not be, misspelled or not. */
  private static String shown(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? "" : text.substring(0, equals).strip();
    boolean open = !key.matches("control.*|.*token.*") || key.matches("control\\.(host|port)");
    return open ? text.replace('\n', ' ') : key + "=...";
  }
}
