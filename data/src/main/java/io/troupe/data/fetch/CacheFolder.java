package io.troupe.data.fetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder that keeps downloads.
 *
 * @param root need not exist
 */
public record CacheFolder(Path root) {
  /**
   * The user's: {@code $XDG_CACHE_HOME/troupe}, or {@code ~/.cache/troupe} if that variable is not
   * an absolute path (XDG Base Directory Specification).
   */
  public static CacheFolder ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** As {@link #ofUser()}, for an environment and a home directory. */
  static CacheFolder of(Map<String, String> environment, Path home) {
    Path caches = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    return new CacheFolder(
        (caches.isAbsolute() ? caches : home.resolve(".cache")).resolve("troupe"));
  }

  /** Where a download is or would be. */
  public Path path(RemoteFile file) {
    return root.resolve(file.fileName());
  }

  /** Where a download is, if it is there. */
  public Optional<Path> find(RemoteFile file) {
    return Optional.of(path(file)).filter(Files::isRegularFile);
  }
}
