package io.troupe.actors.http;

import io.troupe.config.RunSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's certificate and key, from PEM files (RFC 7468). */
public final class ServerCertificate {
  private static final String CERTIFICATE = "control.tls.certificate";
  private static final String KEY = "control.tls.key";
  private static final Pattern PRIVATE =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private final List<X509Certificate> chain;
  private final SSLContext context;

  private ServerCertificate(List<X509Certificate> chain, SSLContext context) {
    this.chain = chain;
    this.context = context;
  }

  /**
   * Reads the files that settings name; empty if they name none.
   *
   * @param now when the certificates must be valid
   * @throws ServerStartException if they cannot be used; says which file, why and what to do
   */
  static Optional<ServerCertificate> read(RunSettings.Tls settings, Instant now)
      throws ServerStartException {
    if (settings.certificate().isEmpty()) {
      return Optional.empty();
    }
    Path file = settings.certificate().get();
    List<X509Certificate> chain = chain(CERTIFICATE, file);
    requireChain(CERTIFICATE, file, chain, now);
    Path keyFile = settings.key().orElseThrow();
    PrivateKey key = key(KEY, keyFile, chain.get(0).getPublicKey());
    requirePair(KEY, file, chain.get(0).getPublicKey(), keyFile, key);
    return Optional.of(new ServerCertificate(chain, context(chain, key)));
  }

  /**
   * Checks what others would refuse, who do not say why.
   *
   * @param option that names the files, for errors
   * @param authority must have signed the certificate
   * @param now when both must be valid
   * @throws ServerStartException as {@link #read}
   */
  public static void requireSigned(
      String option, Path authority, Path certificate, Path key, Instant now)
      throws ServerStartException {
    List<X509Certificate> authorities = chain(option, authority);
    List<X509Certificate> own = chain(option, certificate);
    requireChain(option, authority, authorities, now);
    requireChain(option, certificate, own, now);
    try {
      own.get(0).verify(authorities.get(0).getPublicKey());
    } catch (GeneralSecurityException e) {
      throw problem(
          option,
          "the authority of %s has not signed %s; copy both from one folder"
              .formatted(authority, certificate));
    }
    PublicKey open = own.get(0).getPublicKey();
    requirePair(option, certificate, open, key, key(option, key, open));
  }

  /** Encrypts the server's side of connections. */
  SSLContext context() {
    return context;
  }

  /** The SHA-256 of the server's own certificate, in hexadecimal digits. */
  String sha256() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(chain.get(0).getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static List<X509Certificate> chain(String what, Path file) throws ServerStartException {
    byte[] bytes = SecretFile.readPublic(what, file);
    if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
      throw problem(
          what,
          "%s has no line \"-----BEGIN CERTIFICATE-----\"; name a PEM file, which 'openssl x509 -in FILE -inform DER' makes of a binary one"
              .formatted(file));
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw problem(
          what,
          "%s is damaged: %s; copy it anew"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }
  }

  private static void requireChain(String what, Path file, List<X509Certificate> chain, Instant now)
      throws ServerStartException {
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      String name = certificate.getSubjectX500Principal().getName();
      if (certificate.getNotAfter().toInstant().isBefore(now)) {
        throw problem(
            what,
            "%s: the certificate of %s has expired on %s; renew it"
                .formatted(file, name, certificate.getNotAfter().toInstant()));
      }
      if (certificate.getNotBefore().toInstant().isAfter(now)) {
        throw problem(
            what,
            "%s: the certificate of %s is valid from %s on only; look at this machine's clock"
                .formatted(file, name, certificate.getNotBefore().toInstant()));
      }
      if (i > 0) {
        try {
          chain.get(i - 1).verify(certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
          throw problem(
              what,
              "%s: certificate %d, of %s, does not certify the one before it; put the server's own certificate first, and after each the one that certifies it"
                  .formatted(file, i + 1, name));
        }
      }
    }
  }

  private static PrivateKey key(String what, Path file, PublicKey of) throws ServerStartException {
    byte[] bytes = SecretFile.read(what, file);
    Matcher pem = PRIVATE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    Arrays.fill(bytes, (byte) 0);
    if (!pem.find()) {
      throw problem(
          what,
          "%s has no line \"-----BEGIN PRIVATE KEY-----\"; name a PEM file of a key"
              .formatted(file));
    }
    String kind = pem.group(1);
    if (kind.startsWith("ENCRYPTED") || pem.group(2).contains("ENCRYPTED")) {
      throw problem(
          what,
          "%s is encrypted, and nobody can be asked for its password; 'openssl pkey -in %s' writes it without (umask 077)"
              .formatted(file, file));
    }
    if (!kind.equals("PRIVATE KEY")) {
      throw problem(
          what,
          "%s is in the old format \"%s\"; 'openssl pkcs8 -topk8 -nocrypt -in %s' writes it as \"PRIVATE KEY\" (umask 077)"
              .formatted(file, kind, file));
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2).strip());
      return KeyFactory.getInstance(of.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw problem(
          what,
          "%s is damaged, or no %s key as the certificate's is; name the key of the certificate"
              .formatted(file, of.getAlgorithm()));
    } catch (GeneralSecurityException e) {
      throw problem(
          what,
          "keys of the kind %s are not known here; use RSA, EC or Ed25519"
              .formatted(of.getAlgorithm()));
    }
  }

  /** By a signature, because a key does not say of what it is. */
  private static void requirePair(
      String what, Path file, PublicKey open, Path keyFile, PrivateKey key)
      throws ServerStartException {
    String algorithm =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> open.getAlgorithm();
        };
    boolean fits;
    try {
      byte[] text = new byte[32];
      new SecureRandom().nextBytes(text);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      fits = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      fits = false;
    }
    if (!fits) {
      throw problem(
          what,
          "%s is not the key of the certificate in %s; name that one".formatted(keyFile, file));
    }
  }

  private static SSLContext context(List<X509Certificate> chain, PrivateKey key)
      throws ServerStartException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ServerStartException(
          "%s: TLS cannot use it: %s".formatted(CERTIFICATE, e.getMessage()), e);
    }
  }

  private static ServerStartException problem(String what, String text) {
    return new ServerStartException(what + ": " + text);
  }
}
