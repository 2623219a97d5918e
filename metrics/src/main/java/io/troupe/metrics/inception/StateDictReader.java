package io.troupe.metrics.inception;

import io.troupe.models.weights.StoredTensor;
import io.troupe.models.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads tensors of a PyTorch state dict, as {@code torch.save} has written it since version 1.6.
 */
final class StateDictReader {
  private StateDictReader() {}

  /**
   * Reads those tensors that have one of the names.
   *
   * @throws IOException if it is no such archive, damaged, or ends early
   */
  static Map<String, Tensor> read(Path path, Set<String> names) throws IOException {
    try (WeightsFile file = WeightsFile.open(path)) {
      Map<String, Tensor> found = new HashMap<>();
      if (file.groups().containsKey("")) {
        Map<String, StoredTensor> tensors = file.groups().get("").tensors();
        for (String name : names) {
          if (tensors.containsKey(name)) {
            found.put(name, tensor(name, tensors.get(name)));
          }
        }
      }
      return found;
    }
  }

  private static Tensor tensor(String name, StoredTensor stored) throws IOException {
    Tensor.length(name, stored.shape());
    try {
      return new Tensor(stored.shape(), stored.values());
    } catch (IOException e) {
      throw new IOException("tensor %s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
