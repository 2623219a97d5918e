package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

  @Test
  void findsWholeFilesOnly(@TempDir Path folder) throws IOException {
    CacheFolder cache = new CacheFolder(folder);
    Files.writeString(folder.resolve("cifar-10-binary.tar.gz.part"), "part");
    assertThat(cache.find(RemoteFiles.CIFAR10)).isEmpty();

    Path file = Files.writeString(folder.resolve("cifar-10-binary.tar.gz"), "whole");
    assertThat(cache.find(RemoteFiles.CIFAR10)).contains(file);
    assertThat(cache.find(RemoteFiles.CIFAR100)).isEmpty();
  }

  @Test
  void everyRemoteFileCanBeFoundByItsNameAndIsChecked() {
    assertThat(RemoteFiles.ALL)
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            file -> {
              assertThat(RemoteFiles.find(file.name())).contains(file);
              assertThat(file.uri().getScheme()).isEqualTo("https");
              assertThat(file.uri().getPath()).endsWith("/" + file.fileName());
              String form =
                  switch (file.algorithm()) {
                    case "MD5" -> "[0-9a-f]{32}";
                    case "SHA-256" -> "[0-9a-f]{64}";
                    default -> {
                      assertThat(file.algorithm()).isEqualTo(RemoteFile.LENGTH);
                      yield "[1-9][0-9]{3,}";
                    }
                  };
              assertThat(file.checksum()).matches(form);
              assertThat(file.mostBytes()).isPositive();
            });
    assertThat(RemoteFiles.ALL).extracting(RemoteFile::name).doesNotHaveDuplicates();
    assertThat(RemoteFiles.find("cifar")).isEmpty();
  }
}
