package io.troupe.actors.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may ask. With a token, every request must bear it: {@code Authorization: Bearer TOKEN}, or
 * for browsers, which then ask for it, HTTP Basic with the token as the password. On loopback the
 * Host header must name this machine, so that no page can reach the daemon by a name of its own
 * that it points here (DNS rebinding). A request that changes something must not come from another
 * site's page.
 */
final class AccessRules {
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String LOOPBACK_IPV4 = "127\\.[0-9.]+";
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  private final Optional<byte[]> token;
  private final Set<String> hostNames;
  private final GuessBrake brake = new GuessBrake(System::nanoTime);

  /**
   * Rules for a server.
   *
   * @throws UnknownHostException if the host is not known
   * @param accessToken what requests must bear, if anything
   * @throws IllegalArgumentException if others can reach the host and there is no token
   */
  AccessRules(String host, Optional<String> accessToken) throws UnknownHostException {
    boolean loopback = InetAddress.getByName(host).isLoopbackAddress();
    if (!loopback && accessToken.isEmpty()) {
      throw new IllegalArgumentException(
          "control.host is %s, which other machines may reach, and control.token is empty"
              .formatted(host));
    }
    token = accessToken.map(text -> text.getBytes(StandardCharsets.UTF_8));
    Set<String> names = new TreeSet<>(loopback ? LOOPBACK_NAMES : Set.of());
    if (host.matches(LOOPBACK_IPV4)) {
      names.add(host);
    }
    hostNames = names;
  }

  /** Throws a problem if a request is not allowed. */
  void check(Context ctx) {
    String host = Optional.ofNullable(ctx.header("Host")).orElse("").toLowerCase(Locale.ROOT);
    if (!hostNames.isEmpty() && !hostNames.contains(host.replaceFirst(":\\d+$", ""))) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "The Host header is \"%s\"; allowed: %s.".formatted(host, String.join(", ", hostNames)));
    }
    String origin = ctx.header("Origin");
    if (origin != null
        && !SAFE_METHODS.contains(ctx.method().name())
        && !host.equals(authority(origin))) {
      throw Problem.of(
          HttpStatus.FORBIDDEN, "A page of %s may not change this run.".formatted(origin));
    }
    if (token.isPresent()) {
      checkToken(ctx);
    }
  }

  private void checkToken(Context ctx) {
    String authorization = ctx.header("Authorization");
    if (authorization != null && !brake.mayTry(ctx.ip())) {
      ctx.header("Retry-After", Long.toString(GuessBrake.EACH.toSeconds()));
      throw Problem.of(
          HttpStatus.TOO_MANY_REQUESTS,
          "Too many wrong tokens came from this address; try again a while later.");
    }
    if (!bearsToken(authorization)) {
      if (authorization != null) {
        brake.wrong(ctx.ip());
      }
      ctx.header("WWW-Authenticate", "Bearer realm=\"troupe\", Basic realm=\"troupe\"");
      throw Problem.of(
          HttpStatus.UNAUTHORIZED,
          "This daemon asks for its token: Authorization: Bearer TOKEN, from the environment"
              + " variable TROUPE_CONTROL_TOKEN or the file that it was started with.");
    }
  }

  private static String authority(String origin) {
    try {
      String authority = URI.create(origin).getAuthority();
      return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private boolean bearsToken(String authorization) {
    if (authorization == null) {
      return false;
    }
    String[] parts = authorization.strip().split(" +", 2);
    if (parts.length < 2) {
      return false;
    }
    byte[] found =
        switch (parts[0].toLowerCase(Locale.ROOT)) {
          case "bearer" -> parts[1].getBytes(StandardCharsets.UTF_8);
          case "basic" -> password(parts[1]);
          default -> new byte[0];
        };
    return isToken(found);
  }

  /** Takes as long for one that begins rightly as for another. */
  private boolean isToken(byte[] found) {
    return MessageDigest.isEqual(found, token.orElseThrow());
  }

  private static byte[] password(String credentials) {
    try {
      String text = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return text.substring(text.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
