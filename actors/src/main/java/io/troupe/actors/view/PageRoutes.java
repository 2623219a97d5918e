package io.troupe.actors.view;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The page and its files: {@code /} and {@code /assets/NAME}, from the class path. Browsers keep
 * them and ask each time whether they are still the same (ETag), so that a newer server is never
 * looked at by an older page.
 */
public final class PageRoutes {
  /**
   * Scripts and styles of this server only, no inline ones, no other site, no frame of others. The
   * page sets styles of elements by scripts, which this allows.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9-]+(?:\\.iife)?(?:\\.min)?\\.\\w+");

  private static final Pattern TAG = Pattern.compile("\"[^\"]*\"");

  /** Only names of files that are there become keys. */
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  private final String uplot = "/META-INF/resources/webjars/uplot/" + uplotVersion() + "/dist/";

  /** Bytes and their digest as a quoted ETag. */
  private static final class Asset {
    final byte[] bytes;
    final String tag;
    final String type;

    Asset(byte[] bytes, String type) throws NoSuchAlgorithmException {
      this.bytes = bytes;
      this.type = type;
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      tag = "\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"";
    }
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/", ctx -> serve(ctx, "index.html"));
    routes.get("/assets/{name}", ctx -> serve(ctx, ctx.pathParam("name")));
  }

  private void serve(Context ctx, String name) {
    Asset asset =
        asset(name)
            .orElseThrow(
                () -> Problem.of(HttpStatus.NOT_FOUND, "The page has no file \"" + name + "\"."));
    ctx.header("Content-Security-Policy", POLICY)
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-cache")
        .header("ETag", asset.tag);
    if (isKnown(ctx.header("If-None-Match"), asset.tag)) {
      ctx.status(HttpStatus.NOT_MODIFIED);
    } else {
      ctx.contentType(asset.type).result(asset.bytes);
    }
  }

  /** Tags may come in a list, and as weak ones. */
  private static boolean isKnown(String known, String tag) {
    return known != null
        && TAG.matcher(known).results().map(MatchResult::group).anyMatch(tag::equals);
  }

  private Optional<Asset> asset(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(assets.computeIfAbsent(name, found -> read(found, type)));
  }

  private Asset read(String name, String type) {
    try (InputStream file =
        PageRoutes.class.getResourceAsStream(name.startsWith("uPlot") ? uplot + name : name)) {
      if (file == null) {
        return null;
      }
      return new Asset(file.readAllBytes(), type);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's file " + name, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String uplotVersion() {
    Properties about = new Properties();
    try (InputStream file =
        PageRoutes.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
      if (file == null) {
        throw new IllegalStateException("the WebJar of uPlot is not on the class path");
      }
      about.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the version of uPlot", e);
    }
    return about.getProperty("version");
  }
}
