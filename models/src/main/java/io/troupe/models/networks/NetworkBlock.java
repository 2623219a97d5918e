package io.troupe.models.networks;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A part of a network that works at certain resolutions. Networks for images of other sizes have
 * parts of the same place under other names.
 *
 * @param place what it does, by resolution and in words, such as {@code 32 to 16}
 * @param scopes the scopes whose tensors it holds, each name without a dot at its end; parts of the
 *     same place have scopes for the same things at the same position
 */
public record NetworkBlock(String place, List<String> scopes) {
  /** The place of what gives a discriminator's logits. */
  public static final String LOGITS = "logits";

  /** Copies the scopes. */
  public NetworkBlock {
    scopes = List.copyOf(scopes);
  }

  /** A part of some scopes. */
  public NetworkBlock(String place, String... scopes) {
    this(place, List.of(scopes));
  }

  /** Between two resolutions. */
  public static NetworkBlock between(int from, int to, String... scopes) {
    return new NetworkBlock("%d to %d".formatted(from, to), scopes);
  }

  /** Whether it holds a tensor of the network. */
  public boolean holds(String tensor) {
    return scopeOf(tensor).isPresent();
  }

  /** The position of the scope that holds a tensor. */
  OptionalInt scopeOf(String tensor) {
    return IntStream.range(0, scopes.size())
        .filter(i -> tensor.startsWith(scopes.get(i) + "."))
        .findFirst();
  }

  /**
   * What a tensor of a network is, whatever the size of the images: of tensors that do the same in
   * two networks of one family this is the same text.
   *
   * @param blocks of the network
   */
  public static String role(String tensor, List<NetworkBlock> blocks) {
    for (NetworkBlock block : blocks) {
      OptionalInt scope = block.scopeOf(tensor);
      if (scope.isPresent()) {
        int name = block.scopes.get(scope.getAsInt()).length() + 1;
        return "%s, %d, %s".formatted(block.place, scope.getAsInt(), tensor.substring(name));
      }
    }
    return tensor;
  }
}
