package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Authenticator;
import java.net.Authenticator.RequestorType;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
  private static final URI ADDRESS = URI.create("https://www.example.org/file");

  @AfterEach
  void clearProperties() {
    System.clearProperty("https.proxyHost");
    System.clearProperty("https.proxyPort");
  }

  @Test
  void withoutAnySettingThereIsNoProxy() {
    assertThat(proxy(Map.of())).isEqualTo("DIRECT");
    assertThat(proxy(Map.of("https_proxy", ""))).isEqualTo("DIRECT");
    assertThat(proxy(Map.of("http_proxy", "http://p:1"))).isEqualTo("DIRECT");
  }

  @Test
  void theEnvironmentIsReadInLowerAndUpperCase() {
    assertThat(proxy(Map.of("https_proxy", "http://p:3128"))).isEqualTo("p:3128");
    assertThat(proxy(Map.of("HTTPS_PROXY", "http://p:3128/"))).isEqualTo("p:3128");
    assertThat(proxy(Map.of("ALL_PROXY", "p:8080"))).isEqualTo("p:8080");
    assertThat(proxy(Map.of("https_proxy", "a:1", "HTTPS_PROXY", "b:2", "all_proxy", "c:3")))
        .isEqualTo("a:1");
    assertThat(proxy(Map.of("https_proxy", "http://p"))).isEqualTo("p:80");
    assertThat(
            new ProxySettings(Map.of("http_proxy", "p:1"))
                .select(URI.create("http://example.org/"))
                .get(0)
                .address())
        .isEqualTo(InetSocketAddress.createUnresolved("p", 1));
  }

  @Test
  void theJvmsPropertiesComeFirst() {
    System.setProperty("https.proxyHost", "jvm");
    System.setProperty("https.proxyPort", "99");
    assertThat(proxy(Map.of("https_proxy", "http://p:3128"))).isEqualTo("jvm:99");
  }

  @ParameterizedTest
  @CsvSource({
    "*, DIRECT",
    "www.example.org, DIRECT",
    "'a.org, Example.org', DIRECT",
    ".example.org, DIRECT",
    "*.example.org, DIRECT",
    "org, DIRECT",
    "ample.org, p:1",
    "example.com, p:1",
    "'', p:1",
    "',', p:1",
  })
  void someHostsAreReachedWithoutProxy(String excluded, String expected) {
    assertThat(proxy(Map.of("https_proxy", "p:1", "no_proxy", excluded))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"socks5://secret:1", "http://", "http://secret:x y/", "https://me:secret@p:1"})
  void otherAddressesAreRefusedWithoutShowingThem(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> proxy(Map.of("https_proxy", value)))
        .withMessageContaining("https_proxy")
        .withMessageNotContaining("secret");
  }

  @Test
  void passwordsAreForTheProxyOnly() throws Exception {
    Authenticator authenticator =
        new ProxySettings(Map.of("https_proxy", "http://me:p%40s+s@p:1")).authenticator();

    PasswordAuthentication found = ask(authenticator, RequestorType.PROXY);
    assertThat(found.getUserName()).isEqualTo("me");
    assertThat(found.getPassword()).isEqualTo("p@s+s".toCharArray());
    assertThat(ask(authenticator, RequestorType.SERVER)).isNull();
  }

  private static PasswordAuthentication ask(Authenticator authenticator, RequestorType type)
      throws Exception {
    return Authenticator.requestPasswordAuthentication(
        authenticator, "p", null, 1, "http", "realm", "Basic", ADDRESS.toURL(), type);
  }

  private static String proxy(Map<String, String> environment) {
    Proxy proxy = new ProxySettings(environment).select(ADDRESS).get(0);
    if (proxy.type() == Proxy.Type.DIRECT) {
      return "DIRECT";
    }
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return address.getHostString() + ":" + address.getPort();
  }
}
