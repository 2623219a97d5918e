package io.troupe.models.kernels;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * By which algorithm each convolution of bfloat16 numbers is computed. Algorithms round
 * differently, so that a run keeps its choice.
 *
 * @param usual of all passes that are not exceptions, those that nobody measured among them
 * @param exceptions passes that are computed by the other algorithm
 */
public record Bfloat16Choice(Bfloat16Algorithm usual, Set<Use> exceptions) {

  /**
   * A pass of a convolution. The choice does not depend on the number of pictures.
   *
   * @param shape of one picture
   * @param roundsResult whether the result is bfloat16
   */
  public record Use(ConvolutionPass pass, ConvolutionShape shape, boolean roundsResult)
      implements Comparable<Use> {
    /** Takes the shape of any number of pictures. */
    public Use {
      shape = shape.withBatch(1);
    }

    /**
     * In one word, e.g. {@code forward/32x32x128/3x3x64/1/1x1/bfloat16}, and where there are groups
     * of channels, their number behind it.
     */
    String text() {
      return "%s/%dx%dx%d/%dx%dx%d/%d/%dx%d/%s%s"
          .formatted(
              word(pass),
              shape.height(),
              shape.width(),
              shape.in(),
              shape.kernelHeight(),
              shape.kernelWidth(),
              shape.out(),
              shape.stride(),
              shape.paddingHeight(),
              shape.paddingWidth(),
              word(roundsResult ? ElementType.BFLOAT16 : ElementType.FLOAT32),
              shape.groups() == 1 ? "" : "/" + shape.groups());
    }

    /** The inverse of {@link #text}. */
    static Use parse(String text) {
      String[] parts = text.split("/", -1);
      try {
        long[] picture = sizes(parts[1], 3);
        long[] kernel = sizes(parts[2], 3);
        long[] padding = sizes(parts[4], 2);
        Use use =
            new Use(
                ConvolutionPass.valueOf(constant(parts[0])),
                new ConvolutionShape(
                    1,
                    picture[0],
                    picture[1],
                    picture[2],
                    kernel[2],
                    kernel[0],
                    kernel[1],
                    Long.parseLong(parts[3]),
                    padding[0],
                    padding[1],
                    parts.length > 6 ? Long.parseLong(parts[6]) : 1),
                ElementType.valueOf(constant(parts[5])) == ElementType.BFLOAT16);
        if (use.text().equals(text)) {
          return use;
        }
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(notOne(text), e);
      }
      throw new IllegalArgumentException(notOne(text));
    }

    private static String notOne(String text) {
      return "\"%s\" is no pass of a convolution such as forward/32x32x128/3x3x64/1/1x1/bfloat16"
          .formatted(text);
    }

    private static long[] sizes(String text, int count) {
      return Arrays.copyOf(
          Arrays.stream(text.split("x", -1)).mapToLong(Long::parseLong).toArray(), count);
    }

    @Override
    public int compareTo(Use other) {
      return text().compareTo(other.text());
    }
  }

  /** Copies the set. */
  public Bfloat16Choice {
    exceptions = Set.copyOf(exceptions);
  }

  /** The same algorithm for all convolutions. */
  public static Bfloat16Choice always(Bfloat16Algorithm algorithm) {
    return new Bfloat16Choice(algorithm, Set.of());
  }

  /** Of given algorithms the one of most passes is the usual one. */
  static Bfloat16Choice of(Map<Use, Bfloat16Algorithm> algorithms) {
    Map<Bfloat16Algorithm, Set<Use>> uses = new EnumMap<>(Bfloat16Algorithm.class);
    for (Bfloat16Algorithm algorithm : Bfloat16Algorithm.values()) {
      uses.put(algorithm, new TreeSet<>());
    }
    algorithms.forEach((use, algorithm) -> uses.get(algorithm).add(use));
    Bfloat16Algorithm usual =
        uses.get(Bfloat16Algorithm.NATIVE).size() > uses.get(Bfloat16Algorithm.PORTABLE).size()
            ? Bfloat16Algorithm.NATIVE
            : Bfloat16Algorithm.PORTABLE;
    return new Bfloat16Choice(usual, uses.get(other(usual)));
  }

  /** How a pass is computed. */
  public Bfloat16Algorithm algorithm(
      ConvolutionPass pass, ConvolutionShape shape, boolean roundsResult) {
    return exceptions.contains(new Use(pass, shape, roundsResult)) ? other(usual) : usual;
  }

  /** Whether some convolution needs instructions for bfloat16. */
  public boolean needsInstructions() {
    return usual == Bfloat16Algorithm.NATIVE || !exceptions.isEmpty();
  }

  private static Bfloat16Algorithm other(Bfloat16Algorithm algorithm) {
    return algorithm == Bfloat16Algorithm.NATIVE
        ? Bfloat16Algorithm.PORTABLE
        : Bfloat16Algorithm.NATIVE;
  }

  /**
   * In one line: the usual algorithm, and the other one with its passes if there are any, e.g.
   * {@code native, portable: forward/16x16x3/1x1x64/1/0x0/bfloat16}.
   */
  public String text() {
    return exceptions.isEmpty()
        ? word(usual)
        : exceptions.stream()
            .sorted()
            .map(Use::text)
            .collect(Collectors.joining(" ", word(usual) + ", " + word(other(usual)) + ": ", ""));
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException if the text is of another form; says what is wrong
   */
  public static Bfloat16Choice parse(String text) {
    for (Bfloat16Algorithm algorithm : Bfloat16Algorithm.values()) {
      String prefix = word(algorithm) + ", " + word(other(algorithm)) + ": ";
      if (text.equals(word(algorithm))) {
        return always(algorithm);
      }
      if (text.startsWith(prefix)) {
        return new Bfloat16Choice(
            algorithm,
            Arrays.stream(text.substring(prefix.length()).split(" ", -1))
                .map(Use::parse)
                .collect(Collectors.toSet()));
      }
    }
    throw new IllegalArgumentException(
        "\"%s\" is neither native nor portable, nor one of them with exceptions".formatted(text));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
