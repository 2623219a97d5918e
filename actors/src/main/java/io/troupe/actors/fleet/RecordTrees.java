package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.stream.SourceRef;
import akka.stream.StreamRefResolver;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Records as trees of array lists, texts, numbers and truths, and back. A record and a map are a
 * list of names and values by turns; an optional is a list of none or one; an enum's value, an
 * actor and a stream are texts.
 */
final class RecordTrees {
  private final ActorRefResolver actors;
  private final StreamRefResolver streams;

  RecordTrees(ActorRefResolver actors, StreamRefResolver streams) {
    this.actors = actors;
    this.streams = streams;
  }

  /** A value as a tree. */
  @SuppressWarnings("NonApiType") // the class that Kryo writes
  Object tree(Object value) {
    if (value instanceof Record record) {
      ArrayList<Object> parts = new ArrayList<>();
      for (RecordComponent part : record.getClass().getRecordComponents()) {
        parts.add(part.getName());
        parts.add(tree(get(record, part)));
      }
      return parts;
    }
    if (value instanceof Map<?, ?> map) {
      ArrayList<Object> parts = new ArrayList<>();
      map.forEach(
          (key, member) -> {
            parts.add(key.toString());
            parts.add(tree(member));
          });
      return parts;
    }
    if (value instanceof List<?> list) {
      ArrayList<Object> parts = new ArrayList<>();
      list.forEach(part -> parts.add(tree(part)));
      return parts;
    }
    if (value instanceof Optional<?> optional) {
      return tree(optional.map(List::of).orElse(List.of()));
    }
    if (value instanceof OptionalLong optional) {
      return tree(optional.isPresent() ? List.of(optional.getAsLong()) : List.of());
    }
    if (value instanceof ActorRef<?> actor) {
      return actors.toSerializationFormat(actor);
    }
    if (value instanceof SourceRef<?> stream) {
      return streams.toSerializationFormat(stream);
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    throw new IllegalArgumentException(
        "a message cannot hold %s".formatted(value == null ? "null" : value.getClass().getName()));
  }

  private static Object get(Record record, RecordComponent part) {
    try {
      part.getAccessor().setAccessible(true);
      return part.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + part, e);
    }
  }

  /**
   * The value that a tree is.
   *
   * @throws IllegalArgumentException if it is none of that type
   */
  Object value(Object tree, Type type) {
    if (tree == null) {
      throw new IllegalArgumentException("a value is null");
    }
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      if (raw == ActorRef.class) {
        return actors.resolveActorRef((String) tree);
      }
      if (raw == SourceRef.class) {
        return streams.resolveSourceRef((String) tree);
      }
      List<?> parts = (List<?>) tree;
      if (raw == Optional.class) {
        return parts.isEmpty() ? Optional.empty() : Optional.of(value(parts.get(0), of[0]));
      }
      if (raw == List.class) {
        return parts.stream().map(part -> value(part, of[0])).toList();
      }
      if (raw == Map.class) {
        // Keys keep their order: it says which setting of a sweep changes first.
        Map<Object, Object> map = new LinkedHashMap<>();
        named(parts).forEach((key, part) -> map.put(key, value(part, of[1])));
        return map;
      }
      throw new IllegalArgumentException("a message cannot hold " + type);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(named((List<?>) tree), plain);
    }
    if (plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .filter(constant -> ((Enum<?>) constant).name().equals(tree))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("%s is no %s".formatted(tree, plain.getName())));
    }
    if (plain == OptionalLong.class) {
      List<?> parts = (List<?>) tree;
      return parts.isEmpty() ? OptionalLong.empty() : OptionalLong.of((Long) parts.get(0));
    }
    return tree;
  }

  private static Map<String, Object> named(List<?> parts) {
    if (parts.size() % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i += 2) {
      named.put((String) parts.get(i), parts.get(i + 1));
    }
    return named;
  }

  private Object record(Map<String, Object> named, Class<?> type) {
    RecordComponent[] parts = type.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      values[i] =
          named.containsKey(parts[i].getName())
              ? value(named.get(parts[i].getName()), parts[i].getGenericType())
              : missing(parts[i].getName(), types[i]);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("not a %s: %s".formatted(type.getName(), e), e);
    }
  }

  /** What an older version did not write. */
  private static Object missing(String name, Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    if (type == List.class) {
      return List.of();
    }
    if (type == Map.class) {
      return new TreeMap<>();
    }
    if (type == String.class) {
      return "";
    }
    if (type == long.class) {
      return 0L;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == boolean.class) {
      return false;
    }
    throw new IllegalArgumentException("its part \"%s\" is missing".formatted(name));
  }
}
