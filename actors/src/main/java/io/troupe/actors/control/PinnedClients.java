package io.troupe.actors.control;

import java.net.Socket;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * HTTPS clients that believe one certificate each: that of which a daemon left the SHA-256 in its
 * run's folder. So neither authorities nor names in certificates matter: who may write to that
 * folder says already which address is the daemon's.
 */
final class PinnedClients {
  private static final Map<String, HttpClient> BY_SHA256 = new ConcurrentHashMap<>();

  private PinnedClients() {}

  /**
   * A client for servers with a certificate.
   *
   * @param sha256 of the certificate, in hexadecimal
   */
  static HttpClient of(String sha256, Duration connectTimeout) {
    return BY_SHA256.computeIfAbsent(
        sha256,
        sum ->
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .sslContext(context(sum))
                .build());
  }

  private static SSLContext context(String sha256) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Pinned(sha256)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /** An extended one is asked for names too, which are not looked at. */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final String sha256;

    Pinned(String sha256) {
      this.sha256 = sha256;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      String found;
      try {
        found =
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new CertificateException("its certificate cannot be read", e);
      }
      if (!found.equals(sha256)) {
        throw new CertificateException(
            "it shows the certificate with the SHA-256 %s, and daemon.certificate has %s"
                .formatted(found, sha256));
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      throw new CertificateException("no servers ask here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
