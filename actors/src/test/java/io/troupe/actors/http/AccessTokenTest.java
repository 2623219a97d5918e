package io.troupe.actors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.troupe.config.RunSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {
  @TempDir private Path folder;

  private Path file(String text) throws Exception {
    return TestFiles.allow(Files.writeString(folder.resolve("token"), text), "rw-------");
  }

  private static RunSettings.Control settings(Optional<String> token, Path file) {
    return new RunSettings.Control("127.0.0.1", 0, token, Optional.of(file), RunSettings.Tls.NONE);
  }

  @Test
  void theFilesLineIsTheToken() throws Exception {
    assertThat(AccessToken.of(settings(Optional.empty(), file("s3cret\n")))).contains("s3cret");
    assertThat(AccessToken.of(settings(Optional.empty(), file("s3cret")))).contains("s3cret");
    assertThat(
            AccessToken.ofEnvironment(
                Map.of("TROUPE_CONTROL_TOKEN_FILE", file("abc").toString(), "HOME", "/")))
        .contains("abc");
    assertThat(AccessToken.ofEnvironment(Map.of("TROUPE_CONTROL_TOKEN", "abc"))).contains("abc");
    assertThat(AccessToken.ofEnvironment(Map.of("TROUPE_CONTROL_TOKEN", ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw--w----", "rw-----w-", "rwx--x---"})
  void aFileOfOthersIsRefused(String permissions) throws Exception {
    Path file = TestFiles.allow(file("s3cret"), permissions);

    assertThatThrownBy(() -> AccessToken.of(settings(Optional.empty(), file)))
        .hasMessage(
            "control.token-file: others than its owner have permissions of %s (%s); it holds a secret: chmod 600 %s",
            file, permissions, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two words", "two\nlines", "s\u00e9cret", "s3cret\u0000"})
  void whatIsNoTokenIsNotShown(String text) throws Exception {
    Path file = file(text);

    assertThatThrownBy(() -> AccessToken.of(settings(Optional.empty(), file)))
        .isInstanceOf(ServerStartException.class)
        .hasMessageContainingAll("control.token-file", file.toString(), "one line")
        .hasMessageNotContainingAny("words", "lines\n", "cret");
  }

  @Test
  void aTokenAndAFileAreOneTooMany() throws Exception {
    Path file = file("s3cret");

    assertThatThrownBy(() -> AccessToken.of(settings(Optional.of("other"), file)))
        .hasMessageContainingAll("TROUPE_CONTROL_TOKEN", "control.token-file", "unset one");
    assertThatThrownBy(
            () ->
                AccessToken.ofEnvironment(
                    Map.of(
                        "TROUPE_CONTROL_TOKEN", "a", "TROUPE_CONTROL_TOKEN_FILE", file.toString())))
        .hasMessageContainingAll("both set", "unset one");
  }

  @Test
  void tokensAreComparedInConstantTime() {
    JavaClass rules = new ClassFileImporter().importClass(AccessRules.class);

    assertThat(rules.getMethod("isToken", byte[].class).getMethodCallsFromSelf())
        .extracting(call -> call.getTarget().getFullName())
        .containsOnlyOnce("java.security.MessageDigest.isEqual([B, [B)")
        .noneMatch(name -> name.contains(".equals("));
    // Nobody else knows the token.
    assertThat(rules.getField("token").getAccessesToSelf())
        .extracting(access -> access.getOrigin().getName())
        .containsOnly("<init>", "check", "isToken");
  }
}
