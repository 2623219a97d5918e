package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/** Random numbers off-heap for tests of kernels, freed when it is closed. */
final class Numbers implements AutoCloseable {
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<BytePointer> memory = new ArrayList<>();
  private int draws;

  /** Frees the kernel before its memory. */
  Kernel own(Kernel kernel) {
    kernels.add(kernel);
    return kernel;
  }

  /** Normal floats. */
  FloatMemory floats(long length) {
    FloatMemory memory = new FloatMemory(allocate(length * Float.BYTES), length);
    CounterRandom random = next();
    FloatBuffer buffer = memory.buffer();
    for (int i = 0; i < length; i++) {
      buffer.put(i, (float) random.nextGaussian());
    }
    return memory;
  }

  /** Normal numbers, rounded. */
  Bfloat16Memory bfloat16(long length) {
    Bfloat16Memory memory = new Bfloat16Memory(allocate(length * Short.BYTES), length);
    CounterRandom random = next();
    ShortBuffer buffer = memory.buffer();
    for (int i = 0; i < length; i++) {
      buffer.put(i, rounded(random.nextGaussian()));
    }
    return memory;
  }

  private CounterRandom next() {
    return new CounterRandom(3, Stream.INITIALISATION, 0, draws++);
  }

  private long allocate(long bytes) {
    BytePointer pointer = new BytePointer(Math.max(64, bytes));
    memory.add(pointer);
    return pointer.address();
  }

  /** What the memory holds. */
  static float[] read(ArrayMemory memory) {
    float[] values = new float[(int) memory.length()];
    if (memory instanceof Bfloat16Memory halves) {
      ShortBuffer buffer = halves.buffer();
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(buffer.get(i) << 16);
      }
    } else {
      memory.bytes().asFloatBuffer().get(values);
    }
    return values;
  }

  /** Floats as kernels of bfloat16 take them. */
  static float[] rounded(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Float.intBitsToFloat(rounded(values[i]) << 16);
    }
    return result;
  }

  /** The nearest bfloat16 number, the even one of two, of a finite number; by decimal fractions. */
  static short rounded(double value) {
    if (value == 0) {
      return (short) ((Double.doubleToRawLongBits(value) >>> 48) & 0x8000);
    }
    // Eight bits, fewer of the smallest numbers.
    int exponent = Math.max(Math.getExponent(value), Float.MIN_EXPONENT) - 7;
    BigDecimal unit = new BigDecimal(Math.scalb(1.0, exponent));
    BigDecimal units =
        new BigDecimal(Math.abs(value))
            .divide(unit, MathContext.UNLIMITED)
            .setScale(0, RoundingMode.HALF_EVEN);
    float nearest = (float) Math.copySign(units.multiply(unit).doubleValue(), value);
    return (short) (Float.floatToRawIntBits(nearest) >>> 16);
  }

  /** Norm of the difference over norm of what is expected. */
  static double distance(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }

  /** How many of the numbers are what is expected, rounded. */
  static double share(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    int equal = 0;
    for (int i = 0; i < expected.length; i++) {
      if ((short) (Float.floatToRawIntBits(actual[i]) >>> 16) == rounded(expected[i])) {
        equal++;
      }
    }
    return (double) equal / expected.length;
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
    memory.forEach(BytePointer::close);
  }
}
