package io.troupe.data.fetch;

import java.net.URI;
import java.util.List;

/** Files with weights that can be downloaded; each dataset has its own {@link RemoteFile}. */
public final class RemoteFiles {
  /**
   * The Inception network of FID and Inception score as TensorFlow's graph (Szegedy et al., 2015).
   * No checksum of it is published; reading it verifies gzip's own and every tensor's shape.
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
  public static final List<RemoteFile> WEIGHTS = List.of(INCEPTION, INCEPTION_PYTORCH);

  private RemoteFiles() {}
}
