package io.troupe.data.fetch;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the HTTP proxy of a download. The JVM's properties ({@code https.proxyHost} and others)
 * come first; without one for the scheme, the environment's {@code https_proxy} or {@code
 * http_proxy}, {@code all_proxy} and {@code no_proxy} count, in lower or upper case, as in other
 * command line tools.
 */
public final class ProxySettings extends ProxySelector {
  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> environment;

  /** Proxies of an environment. */
  public ProxySettings(Map<String, String> environment) {
    super();
    this.environment = Map.copyOf(environment);
  }

  @Override
  public List<Proxy> select(URI uri) {
    if (System.getProperty(uri.getScheme() + ".proxyHost") != null) {
      return ProxySelector.getDefault().select(uri);
    }
    Optional<URI> proxy = proxy(uri.getScheme());
    if (proxy.isEmpty() || isExcluded(uri.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(
        new Proxy(
            Proxy.Type.HTTP,
            InetSocketAddress.createUnresolved(proxy.get().getHost(), port(proxy.get()))));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request will fail and say so.
  }

  /** Answers proxies that ask for a password with the one in the proxy's address. */
  Authenticator authenticator() {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? password(getRequestingURL().getProtocol()).orElse(null)
            : null;
      }
    };
  }

  private Optional<PasswordAuthentication> password(String scheme) {
    return proxy(scheme)
        .map(URI::getRawUserInfo)
        .map(
            info -> {
              String[] parts = info.split(":", 2);
              return new PasswordAuthentication(
                  decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : "").toCharArray());
            });
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The environment's proxy for a scheme.
   *
   * @throws IllegalArgumentException if it is not an address
   */
  private Optional<URI> proxy(String scheme) {
    String name = scheme + "_proxy";
    Optional<String> text = variable(name).or(() -> variable("all_proxy"));
    return text.map(
        value -> {
          // Its value is not shown, as it may hold a password.
          String wrong =
              "the environment variable %s (or all_proxy) is not an HTTP proxy's address; expected"
                      .formatted(name)
                  + " http://HOST:PORT";
          try {
            URI uri = URI.create(value.contains("://") ? value : "http://" + value);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
              return uri;
            }
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong);
          }
          throw new IllegalArgumentException(wrong);
        });
  }

  private boolean isExcluded(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return variable("no_proxy").stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(entry -> entry.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
        .anyMatch(
            entry ->
                entry.equals("*")
                    || (!entry.isEmpty() && (name.equals(entry) || name.endsWith("." + entry))));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private static int port(URI proxy) {
    return proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
  }
}
