package io.troupe.actors.http;

import io.troupe.config.RunSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a server and its clients have their token from. */
public final class AccessToken {
  private static final String TOKEN = "TROUPE_CONTROL_TOKEN";
  private static final String FILE = "TROUPE_CONTROL_TOKEN_FILE";

  private AccessToken() {}

  /**
   * The token of a server's settings; empty if it asks for none.
   *
   * @throws ServerStartException if its file cannot be used, or there are a file and a token
   */
  public static Optional<String> of(RunSettings.Control settings) throws ServerStartException {
    return of(
        settings.token(),
        settings.tokenFile(),
        "control.token-file",
        "control.token (%s) and control.token-file (%s)".formatted(TOKEN, FILE));
  }

  /**
   * The token that the environment names; empty if it names none.
   *
   * @throws ServerStartException as {@link #of}
   */
  public static Optional<String> ofEnvironment(Map<String, String> environment)
      throws ServerStartException {
    return of(
        value(environment, TOKEN),
        value(environment, FILE).map(Path::of),
        FILE,
        "the environment variables %s and %s".formatted(TOKEN, FILE));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }

  private static Optional<String> of(
      Optional<String> token, Optional<Path> file, String what, String both)
      throws ServerStartException {
    if (file.isEmpty()) {
      return token;
    }
    if (token.isPresent()) {
      throw new ServerStartException(both + " are both set; unset one of them");
    }
    String text = new String(SecretFile.read(what, file.get()), StandardCharsets.UTF_8).strip();
    // No other characters are allowed in an Authorization header.
    if (!text.matches("[!-~]+")) {
      throw new ServerStartException(
          "%s: %s must hold one line of visible ASCII characters without spaces (its text is not shown); 'openssl rand -hex 32' makes one"
              .formatted(what, file.get()));
    }
    return Optional.of(text);
  }
}
