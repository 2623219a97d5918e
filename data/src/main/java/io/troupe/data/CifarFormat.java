package io.troupe.data;

import io.troupe.data.fetch.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A CIFAR dataset's format: an archive that can be fetched, or a folder with its members. */
abstract class CifarFormat extends DatasetFormat {
  private final CifarArchive archive;
  private final String member;

  /**
   * A format.
   *
   * @param member the name of a file that tells the dataset
   */
  CifarFormat(
      CifarArchive archive,
      String member,
      String name,
      List<String> classNames,
      String... settings) {
    super(name, classNames, settings);
    this.archive = archive;
    this.member = member;
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return archive.isAt(path, member);
  }

  @Override
  public Optional<RemoteFile> download() {
    return Optional.of(archive.download());
  }
}
