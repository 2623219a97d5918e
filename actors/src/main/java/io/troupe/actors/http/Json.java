package io.troupe.actors.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Turns values into JSON. Members are named in snake_case, those of records too; what is absent or
 * not finite is null; instants are ISO-8601.
 */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The components of a record's class by the names of its JSON members. */
  private static final ClassValue<Map<String, RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected Map<String, RecordComponent> computeValue(Class<?> type) {
          Map<String, RecordComponent> components = new LinkedHashMap<>();
          for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
            components.put(name, component);
          }
          return components;
        }
      };

  private Json() {}

  /** The mapper, for parsing. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** A public record's components, named as JSON's members are. */
  public static Map<String, Object> members(Record record) {
    Map<String, Object> members = new LinkedHashMap<>();
    COMPONENTS.get(record.getClass()).forEach((name, part) -> members.put(name, get(record, part)));
    return members;
  }

  private static Object get(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Any mixture of records, maps, collections, numbers, texts and optionals as JSON. */
  public static String render(Object value) {
    try {
      return MAPPER.writeValueAsString(plain(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write as JSON: " + value, e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Json::plain).orElse(null);
    }
    if (value instanceof OptionalLong optional) {
      return optional.isPresent() ? optional.getAsLong() : null;
    }
    if (value instanceof OptionalInt optional) {
      return optional.isPresent() ? optional.getAsInt() : null;
    }
    if (value instanceof OptionalDouble optional) {
      return optional.isPresent() ? plain(optional.getAsDouble()) : null;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> json = new LinkedHashMap<>();
      map.forEach((key, member) -> json.put(key.toString(), plain(member)));
      return json;
    }
    if (value instanceof Record record) {
      return plain(members(record));
    }
    if (value instanceof Collection<?> collection) {
      return collection.stream().map(Json::plain).collect(Collectors.toCollection(ArrayList::new));
    }
    if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(((Number) value).doubleValue()) ? value : null;
    }
    return value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof JsonNode
        ? value
        : value.toString();
  }
}
