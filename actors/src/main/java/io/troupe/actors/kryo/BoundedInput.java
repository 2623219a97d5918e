package io.troupe.actors.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;

/** Believes no text to be longer than the bytes that are left. */
public final class BoundedInput extends Input {
  /** Reads these bytes. */
  public BoundedInput(byte[] bytes) {
    super(bytes);
  }

  @Override
  public int readVarIntFlag(boolean optimizePositive) {
    int characters = super.readVarIntFlag(optimizePositive);
    if (characters < 0 || characters - 1 > limit() - position()) {
      throw new KryoException("a text of %d characters".formatted(characters));
    }
    return characters;
  }
}
