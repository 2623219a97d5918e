package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  private static final Path HOME = Path.of("/home/me");

  @Test
  void followsTheXdgSpecification() {
    assertThat(CacheFolder.of(Map.of(), HOME).root()).isEqualTo(HOME.resolve(".cache/troupe"));
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/var/caches"), HOME).root())
        .isEqualTo(Path.of("/var/caches/troupe"));
    for (String useless : new String[] {"", "relative/path"}) {
      assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", useless), HOME).root())
          .isEqualTo(HOME.resolve(".cache/troupe"));
    }
  }

  private static RemoteFile remote(String name) {
    return new RemoteFile(name, name, URI.create("https://a/" + name), name, 9, "MD5", "00");
  }

  @Test
  void findsWholeFilesOnly(@TempDir Path folder) throws IOException {
    CacheFolder cache = new CacheFolder(folder);
    Files.writeString(folder.resolve("wanted.part"), "part");
    assertThat(cache.find(remote("wanted"))).isEmpty();

    Path file = Files.writeString(folder.resolve("wanted"), "whole");
    assertThat(cache.find(remote("wanted"))).contains(file);
    assertThat(cache.find(remote("other"))).isEmpty();
  }
}
