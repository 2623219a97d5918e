package io.troupe.actors.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.HttpStatus;
import io.troupe.actors.PictureOrder;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads which pictures are wanted, e.g. {@code {"class": "fish", "count": 16}}. */
final class PictureOrderJson {
  private static final Set<String> MEMBERS = Set.of("class", "truncation", "count", "seed");

  private PictureOrderJson() {}

  /** The order of a body; nothing if that is empty. Throws a problem if it is none. */
  static Optional<PictureOrder> read(byte[] body) {
    if (new String(body, StandardCharsets.ISO_8859_1).isBlank()) {
      return Optional.empty();
    }
    JsonNode json = object(body);
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        throw misfit(member.getKey(), member.getValue(), "class, truncation, count, seed");
      }
    }
    return Optional.of(new PictureOrder(label(json), truncation(json), count(json), seed(json)));
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode json = Json.mapper().readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST, "The body is not JSON: " + e.getOriginalMessage() + ".");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Bytes in memory can be read.
    }
    throw Problem.of(
        HttpStatus.BAD_REQUEST,
        "The body is not a JSON object such as {\"class\": 3, \"count\": 16}.");
  }

  private static Optional<String> label(JsonNode json) {
    JsonNode value = json.path("class");
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (value.isTextual() || value.isIntegralNumber()) {
      return Optional.of(value.asText());
    }
    throw misfit("class", value, "a name or a number");
  }

  private static OptionalDouble truncation(JsonNode json) {
    JsonNode value = json.path("truncation");
    if (isAbsent(value)) {
      return OptionalDouble.empty();
    }
    if (value.isNumber()) {
      return OptionalDouble.of(value.asDouble());
    }
    throw misfit("truncation", value, "a number from 0.01 to 1");
  }

  private static OptionalInt count(JsonNode json) {
    JsonNode value = json.path("count");
    if (isAbsent(value)) {
      return OptionalInt.empty();
    }
    if (value.canConvertToInt() && value.isIntegralNumber()) {
      return OptionalInt.of(value.asInt());
    }
    throw misfit("count", value, "a whole number from 1 to " + PictureOrder.MAX_COUNT);
  }

  private static OptionalLong seed(JsonNode json) {
    JsonNode value = json.path("seed");
    if (isAbsent(value)) {
      return OptionalLong.empty();
    }
    if (value.canConvertToLong() && value.isIntegralNumber()) {
      return OptionalLong.of(value.asLong());
    }
    throw misfit("seed", value, "a whole number");
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static RuntimeException misfit(String member, JsonNode found, String allowed) {
    return Problem.of(
        HttpStatus.BAD_REQUEST, "\"%s\": found %s; allowed: %s.".formatted(member, found, allowed));
  }
}
