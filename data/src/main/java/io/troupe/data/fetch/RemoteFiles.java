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

  /**
   * The Inception network of FID and Inception score as TensorFlow's graph (Szegedy et al., 2015).
   * No checksum of it is published; whoever reads it verifies gzip's own and every tensor's shape.
   */
  public static final RemoteFile INCEPTION =
      new RemoteFile(
          "inception",
          "Inception network of 2015-12-05, TensorFlow's graph",
          URI.create(
              "https://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz"),
          "inception-2015-12-05.tgz",
          88_931_400,
          RemoteFile.LENGTH,
          "88931400");

  /** The same network as PyTorch's state dict (pytorch-fid, Seitzer, 2020); about 96 MB. */
  public static final RemoteFile INCEPTION_PYTORCH =
      new RemoteFile(
          "inception-pytorch",
          "Inception network of 2015-12-05, PyTorch's state dict",
          URI.create(
              "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
                  + "pt_inception-2015-12-05-6726825d.pth"),
          "pt_inception-2015-12-05-6726825d.pth",
          95_628_359,
          "SHA-256",
          "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2");

  /** All of them, in the order in which they are listed to people. */
  public static final List<RemoteFile> ALL =
      List.of(CIFAR100, CIFAR10, INCEPTION, INCEPTION_PYTORCH);

  private RemoteFiles() {}

  /** The file of a name, if there is one. */
  public static Optional<RemoteFile> find(String name) {
    return ALL.stream().filter(file -> file.name().equals(name)).findFirst();
  }
}
