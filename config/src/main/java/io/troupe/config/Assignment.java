package io.troupe.config;

/**
 * A value that somebody gives a setting.
 *
 * @param place where it was written, as problems name it; without secrets
 * @param text {@code key=value}, the value as HOCON; the values of text keys may also be plain text
 */
public record Assignment(String place, String text) {
  /** From the command line's {@code --set KEY=VALUE}. */
  public static Assignment set(String text) {
    return new Assignment("--set " + shown(text), text);
  }

  /** From a request to a running daemon. */
  static Assignment requested(String text) {
    return new Assignment("request " + shown(text), text);
  }

  /**
   * From a dedicated option, e.g. {@code --steps 100}.
   *
   * @param option its name
   * @param key the setting that it sets
   */
  public static Assignment option(String option, String key, Object value) {
    return new Assignment(option + " " + value.toString().replace('\n', ' '), key + "=" + value);
  }

  /** This ends up in messages and logs, which must not show a secret, even of a misspelt key. */
  private static String shown(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? "" : text.substring(0, equals).strip();
    boolean open = !key.matches("control.*|.*token.*") || key.matches("control\\.(host|port)");
    return open ? text.replace('\n', ' ') : key + "=...";
  }
}
