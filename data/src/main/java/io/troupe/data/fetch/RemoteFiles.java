package io.troupe.data.fetch;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The files that can be downloaded. */
public final class RemoteFiles {
  /** CIFAR-100's binary version (Krizhevsky, 2009); about 169 MB. */
  public static final RemoteFile CIFAR100 =
      new RemoteFile(
          "cifar100",
          "CIFAR-100, binary version",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
          "cifar-100-binary.tar.gz",
          200_000_000,
          "MD5",
          "03b5dce01913d631647c71ecec9e9cb8");

  /** CIFAR-10's binary version (Krizhevsky, 2009); about 170 MB. */
  public static final RemoteFile CIFAR10 =
      new RemoteFile(
          "cifar10",
          "CIFAR-10, binary version",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          "cifar-10-binary.tar.gz",
          200_000_000,
          "MD5",
          "c32a1d4ab5d03f1284b67883e8d87530");

  /** All of them, in the order in which they are listed to people. */
  public static final List<RemoteFile> ALL = List.of(CIFAR100, CIFAR10);

  private RemoteFiles() {}

  /** The file of a name, if there is one. */
  public static Optional<RemoteFile> find(String name) {
    return ALL.stream().filter(file -> file.name().equals(name)).findFirst();
  }
}
