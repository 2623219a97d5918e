package io.troupe.actors.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Bodies of requests as JSON objects; what is wrong with them is a bad request. */
public final class JsonBody {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");

  private JsonBody() {}

  /** Whether a body says nothing. */
  public static boolean isEmpty(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1).isBlank();
  }

  /** The object that a body is; one without members if it is empty. */
  public static JsonNode object(byte[] body, String example) {
    return isEmpty(body) ? Json.mapper().createObjectNode() : required(body, example);
  }

  /** The object that a body is, which must not be empty. */
  public static JsonNode required(byte[] body, String example) {
    try {
      JsonNode json = Json.mapper().readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST, "The body is not JSON: " + e.getOriginalMessage() + ".");
    } catch (IOException e) {
      // Bytes that are no text, in any of JSON's encodings.
      throw Problem.of(HttpStatus.BAD_REQUEST, "The body is not JSON: " + e.getMessage() + ".");
    }
    throw Problem.of(
        HttpStatus.BAD_REQUEST, "The body is not a JSON object such as " + example + ".");
  }

  /** Refuses a body where none has an effect. */
  public static void requireNone(byte[] body) {
    if (!isEmpty(body)) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST, "The request has a body, but this command takes none.");
    }
  }

  /** Refuses members that have no effect. */
  public static void requireMembers(JsonNode json, Collection<String> allowed) {
    json.properties().stream()
        .filter(member -> !allowed.contains(member.getKey()))
        .findFirst()
        .ifPresent(
            member -> {
              throw misfit(member.getKey(), member.getValue(), String.join(", ", allowed));
            });
  }

  /** One of several texts; the first if the member is absent or null. */
  public static String choice(JsonNode json, String member, List<String> allowed) {
    JsonNode value = json.path(member);
    if (isAbsent(value)) {
      return allowed.get(0);
    }
    if (!value.isTextual() || !allowed.contains(value.asText())) {
      throw misfit(member, value, String.join(", ", allowed));
    }
    return value.asText();
  }

  /** Settings as assignments: {@code {"training.steps": 50}} is {@code training.steps=50}. */
  public static List<String> assignments(JsonNode settings) {
    List<String> assignments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> setting : settings.properties()) {
      if (!KEY.matcher(setting.getKey()).matches() || !setting.getValue().isValueNode()) {
        throw misfit(
            setting.getKey(),
            setting.getValue(),
            "a setting's key with a number, text, true or false");
      }
      assignments.add(setting.getKey() + "=" + setting.getValue());
    }
    return assignments;
  }

  /** Whether a member says nothing. */
  static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** Says what is wrong with a member. */
  static RuntimeException misfit(String member, JsonNode found, String allowed) {
    return Problem.of(
        HttpStatus.BAD_REQUEST, "\"%s\": found %s; allowed: %s.".formatted(member, found, allowed));
  }
}
