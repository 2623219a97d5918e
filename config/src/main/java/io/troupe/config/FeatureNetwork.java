package io.troupe.config;

import io.troupe.config.RunSettings.ChannelOrder;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What {@link RunSettings.ExtractorKind#DL4J} takes of a network of one's own: the output of a
 * layer, and what the network takes as its input.
 *
 * @param layer its name
 * @param inputSize height and width of the input, in pixels; 0 is what the network's file says
 * @param inputOrder of the colours
 * @param inputMean {@link #NUMBERS} that are subtracted from levels from 0 to 255, in the network's
 *     order; empty is 0
 * @param inputDeviation {@link #NUMBERS} that the differences are divided by; empty is 255
 */
public record FeatureNetwork(
    String layer, int inputSize, ChannelOrder inputOrder, String inputMean, String inputDeviation) {
  /** How numbers for channels are written. */
  public static final String NUMBERS = "a number or three with commas between";

  private static final String NUMBER = "[-+]?\\d{1,9}(\\.\\d{1,18})?([eE][-+]?\\d)?";
  private static final Pattern LIST = Pattern.compile(NUMBER + "(,\\s*" + NUMBER + "){0,2}");

  /** Whether a text is {@link #NUMBERS}. */
  public static boolean areNumbers(String text) {
    return LIST.matcher(text).matches() && parse(text).length != 2;
  }

  /** Whether a text is {@link #NUMBERS}, and none is 0. */
  public static boolean areDivisors(String text) {
    return areNumbers(text) && Arrays.stream(parse(text)).noneMatch(number -> number == 0);
  }

  /** Whether its file's author, or somebody else, has said how levels are scaled. */
  public boolean isScaled() {
    return !inputMean.isEmpty();
  }

  /** What is subtracted from the levels of a channel, by channel: one number or three. */
  public double[] means() {
    return inputMean.isEmpty() ? new double[] {0} : parse(inputMean);
  }

  /** What differences are divided by, by channel: one number or three. */
  public double[] deviations() {
    return inputDeviation.isEmpty() ? new double[] {255} : parse(inputDeviation);
  }

  private static double[] parse(String text) {
    return Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }
}
