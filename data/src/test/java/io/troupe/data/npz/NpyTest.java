package io.troupe.data.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures were written by NumPy; see make_fixtures.py. */
class NpyTest {
  @Test
  void readsEveryTypeThatNumPyWrites() throws IOException {
    NpyArray float32 = fixture("float32");
    assertThat(float32.header()).isEqualTo(NpyHeader.of(NpyType.FLOAT32, 2, 3));
    assertThat(float32.floats())
        .containsExactly(0, -1.5f, 3.25e-38f, Float.POSITIVE_INFINITY, 1e38f, 0.1f);
    NpyArray float64 = fixture("float64");
    assertThat(float64.header()).isEqualTo(NpyHeader.of(NpyType.FLOAT64, 3));
    assertThat(float64.doubles()).containsExactly(0.1, -2.5, 1e300);
    NpyArray int32 = fixture("int32");
    assertThat(int32.header()).isEqualTo(NpyHeader.of(NpyType.INT32, 2, 1));
    assertThat(int32.longs()).containsExactly(Integer.MIN_VALUE, 7);
    NpyArray int64 = fixture("int64");
    assertThat(int64.header()).isEqualTo(NpyHeader.of(NpyType.INT64));
    assertThat(int64.longs()).containsExactly(-9007199254740993L);
    NpyArray uint8 = fixture("uint8");
    assertThat(uint8.header()).isEqualTo(NpyHeader.of(NpyType.UINT8, 1, 2, 3));
    assertThat(uint8.longs()).containsExactly(250, 251, 252, 253, 254, 255);
    assertThat(uint8.bytes()).containsExactly(-6, -5, -4, -3, -2, -1);
  }

  @Test
  void readsVersion2() throws IOException {
    assertThat(fixture("version2").longs()).containsExactly(1, 2);
  }

  @Test
  void wideningIsExact() throws IOException {
    assertThat(fixture("float32").doubles()[5]).isEqualTo(0.1f);
    assertThat(fixture("int32").doubles()).containsExactly(-2147483648.0, 7);
    assertThat(fixture("uint8").doubles()).startsWith(250, 251);
  }

  @Test
  void narrowingIsRefused() {
    assertThatThrownBy(() -> fixture("float64").floats())
        .isInstanceOf(NpyException.class)
        .hasMessage("an array of FLOAT64, expected FLOAT32");
    assertThatThrownBy(() -> fixture("int64").doubles()).isInstanceOf(NpyException.class);
    assertThatThrownBy(() -> fixture("float32").longs()).isInstanceOf(NpyException.class);
    assertThatThrownBy(() -> fixture("int32").bytes()).isInstanceOf(NpyException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version3 | version 3.0 of the .npy format; versions 1.0 and 2.0 are read",
        "fortran | Fortran order; save numpy.ascontiguousarray",
        "big-endian | type >f8; read are <f4, <f8, <i4, <i8, ¦i1, <i2, <u2, <u4, ¦u1",
        "float16 | type <f2; read are",
        "structure | type a structure; read are",
      })
  void refusesOtherArrays(String name, String message) {
    assertThatThrownBy(() -> fixture(name))
        .isInstanceOf(NpyException.class)
        .hasMessageContaining(message.replace("¦", "|"));
  }

  @Test
  void refusesWhatIsNoNpyFile() throws IOException {
    byte[] zip = "PK\u0003\u0004and more bytes".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> NpyArray.read(new ByteArrayInputStream(zip)))
        .isInstanceOf(NpyException.class)
        .hasMessageContaining("not an .npy file");
    assertThatThrownBy(() -> NpyArray.read(new ByteArrayInputStream(new byte[3])))
        .isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 60, 128, 151})
  void refusesFilesThatAreCutOff(int length) throws IOException {
    byte[] cut = Arrays.copyOf(bytes("float64"), length);
    assertThatThrownBy(() -> NpyArray.read(new ByteArrayInputStream(cut)))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("the file ends");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(3,) | (99999999999,) | a length that is no 32-bit number",
        "(3,) | (-3,)          | damaged .npy header",
        "(3,) | (2000000000, 2000000000, 2000000000,) | too large",
        "'shape' | 'shapes'    | damaged .npy header",
        "False | 0             | damaged .npy header",
      })
  void refusesDamagedHeaders(String from, String to, String message) throws IOException {
    // From the space behind the text to the damage, so that the length stays.
    byte[] whole = bytes("float64");
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    String padding = " ".repeat(Math.max(0, to.length() - from.length()));
    String damaged = text.replaceFirst("}" + padding, "}").replace(from, to);
    byte[] file = damaged.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> NpyArray.read(new ByteArrayInputStream(file)))
        .isInstanceOf(NpyException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesHeadersThatAreTooLong() throws IOException {
    byte[] file = bytes("version2");
    file[10] = 0x7F;
    assertThatThrownBy(() -> NpyArray.read(new ByteArrayInputStream(file)))
        .isInstanceOf(NpyException.class)
        .hasMessageContaining("expected at most 65536");
  }

  @Test
  void writesWhatNumPyWrites() throws IOException {
    // NumPy leaves more room behind the text since version 1.23, so only the rest is compared.
    for (String name : List.of("float32", "float64", "int32", "int64", "uint8")) {
      byte[] expected = bytes(name);
      byte[] found = written(fixture(name));
      String text = new String(expected, 10, 118, StandardCharsets.ISO_8859_1).strip();
      int length = found.length - (expected.length - 128);

      assertThat(Arrays.copyOf(found, 8)).isEqualTo(Arrays.copyOf(expected, 8));
      assertThat(length % 64).as("alignment").isZero();
      assertThat((found[8] & 0xFF) + 256 * found[9]).isEqualTo(length - 10);
      assertThat(found[length - 1]).isEqualTo((byte) '\n');
      assertThat(new String(found, 10, length - 10, StandardCharsets.ISO_8859_1).strip())
          .isEqualTo(text);
      assertThat(Arrays.copyOfRange(found, length, found.length))
          .isEqualTo(Arrays.copyOfRange(expected, 128, expected.length));
    }
  }

  @Test
  void readsWhatItWrites() throws IOException {
    assertThat(again(NpyArray.of(new float[] {1, Float.NaN, -0f}, 3)).floats())
        .containsExactly(1, Float.NaN, -0f);
    assertThat(again(NpyArray.of(new double[] {Math.PI, Double.MIN_VALUE}, 2, 1)).doubles())
        .containsExactly(Math.PI, Double.MIN_VALUE);
    assertThat(again(NpyArray.of(new int[] {Integer.MAX_VALUE, -1}, 1, 2)).longs())
        .containsExactly(Integer.MAX_VALUE, -1);
    assertThat(again(NpyArray.of(new long[] {Long.MAX_VALUE})).longs())
        .containsExactly(Long.MAX_VALUE);
    assertThat(again(NpyArray.of(new byte[] {0, -1, 127}, 3, 1, 1)).bytes())
        .containsExactly(0, -1, 127);
    assertThat(again(NpyArray.of(new float[0], 4, 0)).header())
        .isEqualTo(NpyHeader.of(NpyType.FLOAT32, 4, 0));
  }

  @Test
  void valuesMustFillTheShape() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NpyArray.of(new float[5], 2, 3))
        .withMessage("an array of shape [2, 3] has 6 values: 5");
    assertThatIllegalArgumentException().isThrownBy(() -> NpyArray.of(new float[5], -5));
  }

  private static NpyArray again(NpyArray array) throws IOException {
    NpyArray read = NpyArray.read(new ByteArrayInputStream(written(array)));
    assertThat(read.header()).isEqualTo(array.header());
    return read;
  }

  private static byte[] written(NpyArray array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    array.write(out);
    return out.toByteArray();
  }

  private static NpyArray fixture(String name) throws IOException {
    return NpyArray.read(new ByteArrayInputStream(bytes(name)));
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(Fixtures.path("npz/" + name + ".npy"));
  }
}
