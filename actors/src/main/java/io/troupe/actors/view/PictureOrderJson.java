package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.sampling.DrawnPictures;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads which pictures are wanted, e.g. {@code {"class": "fish", "count": 16}}. */
public final class PictureOrderJson {
  private static final List<String> MEMBERS = List.of("class", "truncation", "count", "seed");

  private PictureOrderJson() {}

  /** The order of a body; nothing if that is empty. Throws a problem if it is none. */
  public static Optional<PictureOrder> read(byte[] body) {
    if (JsonBody.isEmpty(body)) {
      return Optional.empty();
    }
    JsonNode json = JsonBody.object(body, "{\"class\": 3, \"count\": 16}");
    JsonBody.requireMembers(json, MEMBERS);
    return Optional.of(new PictureOrder(label(json), truncation(json), count(json), seed(json)));
  }

  private static Optional<String> label(JsonNode json) {
    JsonNode value = json.path("class");
    if (JsonBody.isAbsent(value)) {
      return Optional.empty();
    }
    if (value.isTextual() || value.isIntegralNumber()) {
      return Optional.of(value.asText());
    }
    throw JsonBody.misfit("class", value, "a name or a number");
  }

  private static OptionalDouble truncation(JsonNode json) {
    JsonNode value = json.path("truncation");
    if (JsonBody.isAbsent(value)) {
      return OptionalDouble.empty();
    }
    if (value.isNumber() && DrawnPictures.misfit(value.asDouble()).isEmpty()) {
      return OptionalDouble.of(value.asDouble());
    }
    throw JsonBody.misfit("truncation", value, "a number from 0.01 to 1");
  }

  private static OptionalInt count(JsonNode json) {
    JsonNode value = json.path("count");
    if (JsonBody.isAbsent(value)) {
      return OptionalInt.empty();
    }
    if (value.isIntegralNumber()
        && value.canConvertToInt()
        && value.asInt() >= 1
        && value.asInt() <= PictureOrder.MAX_COUNT) {
      return OptionalInt.of(value.asInt());
    }
    throw JsonBody.misfit(
        "count", value, "a whole number from 1 to %d".formatted(PictureOrder.MAX_COUNT));
  }

  private static OptionalLong seed(JsonNode json) {
    JsonNode value = json.path("seed");
    if (JsonBody.isAbsent(value)) {
      return OptionalLong.empty();
    }
    if (value.canConvertToLong() && value.isIntegralNumber()) {
      return OptionalLong.of(value.asLong());
    }
    throw JsonBody.misfit("seed", value, "a whole number");
  }
}
