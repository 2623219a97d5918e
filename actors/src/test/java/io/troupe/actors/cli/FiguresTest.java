package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "23.412,23.41", "0.12345,0.1235", "-0.5,-0.5000", "410.26,410.3", "12345.6,12346", "0,0",
    "9.9999,10.00", "0.00001,1.000e-05", "1e9,1.000e+09", "NaN,-", "-Infinity,-", "1,1.000"
  })
  void numbersHaveFourDigitsThatCount(double value, String text) {
    assertThat(Figures.number(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 s",
    "42.4,42 s",
    "99,99 s",
    "100,2 min",
    "719,12 min",
    "5940,99 min",
    "6000,1.7 h",
    "86400,24.0 h",
    "259200,3.0 d",
    "-5,0 s",
    "Infinity,-"
  })
  void spansHaveOneUnit(double seconds, String text) {
    assertThat(Figures.span(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"999,999 B", "1000,1.0 kB", "12345678,12.3 MB", "999999,1.0 MB"})
  void bytesHaveTheUnitThatFits(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"abc,3,abc", "abcd,3,ab…", "äöü,2,ä…", "😀😀😀,2,😀…", "a,0,''"})
  void longTextsAreCut(String text, int width, String cut) {
    assertThat(Figures.cut(text, width)).isEqualTo(cut);
  }
}
