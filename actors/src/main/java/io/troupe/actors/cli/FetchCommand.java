package io.troupe.actors.cli;

import io.troupe.data.Datasets;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.Downloader;
import io.troupe.data.fetch.FetchException;
import io.troupe.data.fetch.ProxySettings;
import io.troupe.data.fetch.RemoteFile;
import io.troupe.data.fetch.RemoteFiles;
import io.troupe.metrics.WeightsException;
import io.troupe.metrics.inception.InceptionWeights;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads public files. */
@Command(
    name = "fetch",
    description = {
      "Downloads datasets to where 'train' and 'start' look for them, and the Inception network for"
          + " FID and Inception score. A download that broke off goes on where it was; checksums are"
          + " verified.",
      "Proxies: https_proxy, http_proxy, all_proxy and no_proxy of the environment, or the JVM's"
          + " properties (TROUPE_JAVA_OPTS=-Dhttps.proxyHost=...)."
    },
    footer = {"  troupe fetch cifar100", "  troupe fetch inception"})
final class FetchCommand extends CliCommand {
  @Mixin private QuietOption quiet;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "What to download: ${COMPLETION-CANDIDATES}.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where to put it instead of $$XDG_CACHE_HOME/troupe or ~/.cache/troupe; training then"
              + " needs --data.")
  private Optional<Path> folder = Optional.empty();

  /** The names that can be given. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Datasets.downloads().stream().map(RemoteFile::name).iterator();
    }
  }

  @Override
  public Integer call() throws FetchException, IOException, InterruptedException {
    List<RemoteFile> files = names.stream().map(this::file).toList();
    // By default the JVM refuses to tell a proxy a password. Read when the first client is made.
    if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
    Downloader downloader = new Downloader(new ProxySettings(System.getenv()));
    Path target = folder.orElseGet(() -> CacheFolder.ofUser().root());
    for (RemoteFile file : files) {
      fetch(downloader, file, target);
    }
    return 0;
  }

  private RemoteFile file(String name) {
    return Datasets.downloads().stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "%s cannot be fetched; there are: %s"
                        .formatted(
                            name,
                            Datasets.downloads().stream()
                                .map(RemoteFile::name)
                                .collect(Collectors.joining(", ")))));
  }

  private void fetch(Downloader downloader, RemoteFile file, Path target)
      throws FetchException, IOException, InterruptedException {
    PrintWriter screen = screen();
    if (quiet.wanted()) {
      verify(downloader.fetch(file, target, (bytes, total) -> {}), file);
      return;
    }
    screen.println("%s: %s from %s".formatted(file.name(), file.title(), file.uri()));
    screen.flush();
    Path path;
    try (DownloadView view = new DownloadView(screen, file.name())) {
      path = downloader.fetch(file, target, view);
    }
    verify(path, file);
    screen.println(
        "%s: %s (%s)".formatted(file.name(), path, DownloadView.megabytes(Files.size(path))));
    screen.flush();
  }

  /** Where no checksum is published the content must prove itself. */
  private static void verify(Path path, RemoteFile file) throws IOException {
    if (file.equals(RemoteFiles.INCEPTION)) {
      try {
        InceptionWeights.read(path);
      } catch (WeightsException e) {
        Files.delete(path);
        throw e;
      }
    }
  }
}
