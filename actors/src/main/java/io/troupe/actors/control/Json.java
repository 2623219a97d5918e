package io.troupe.actors.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.JournalEvent;
import io.troupe.actors.Status;
import io.troupe.actors.Trouble;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Turns messages into JSON. What is absent or not finite is null; instants are ISO-8601. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The mapper, for parsing. */
  static ObjectMapper mapper() {
    return MAPPER;
  }

  /** Any mixture of maps, collections, numbers, texts and optionals as JSON text. */
  static String render(Object value) {
    try {
      return MAPPER.writeValueAsString(plain(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write as JSON: " + value, e);
    }
  }

  /** A status, one member for each component. */
  static Map<String, Object> status(Status status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", status.version());
    json.put("pid", status.pid());
    json.put("preset", status.preset());
    json.put("runDirectory", status.runDirectory());
    json.put("state", status.state().label());
    json.put("step", status.step());
    json.put("steps", status.steps());
    json.put("epoch", status.epoch());
    json.put("imagesPerSecond", status.imagesPerSecond());
    json.put("discriminatorLoss", status.discriminatorLoss());
    json.put("generatorLoss", status.generatorLoss());
    json.put("scores", status.scores());
    json.put("scoreStep", status.scoreStep());
    json.put("checkpointStep", status.checkpointStep());
    json.put("gridStep", status.gridStep());
    json.put("evaluating", status.evaluating());
    json.put("evaluationShare", status.evaluationShare());
    json.put("rollbacks", status.rollbacks());
    json.put("startedAt", status.startedAt());
    json.put("lastStepAt", status.lastStepAt());
    json.put("failure", status.failure());
    json.put("troubles", status.troubles().stream().map(Json::trouble).toList());
    return json;
  }

  private static Map<String, Object> trouble(Trouble trouble) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("helper", trouble.helper().label());
    json.put("since", trouble.since());
    json.put("failures", trouble.times());
    json.put("cause", trouble.cause());
    return json;
  }

  /** An event as a line of the journal has it. */
  static Map<String, Object> event(JournalEvent event) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", event.time());
    json.put("event", event.event());
    json.put("step", event.step());
    json.putAll(event.details());
    return json;
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Json::plain).orElse(null);
    }
    if (value instanceof OptionalLong optional) {
      return optional.isPresent() ? optional.getAsLong() : null;
    }
    if (value instanceof OptionalDouble optional) {
      return optional.isPresent() ? plain(optional.getAsDouble()) : null;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> json = new LinkedHashMap<>();
      map.forEach((key, member) -> json.put(key.toString(), plain(member)));
      return json;
    }
    if (value instanceof Collection<?> collection) {
      return collection.stream().map(Json::plain).collect(Collectors.toCollection(ArrayList::new));
    }
    if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(((Number) value).doubleValue()) ? value : null;
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}
