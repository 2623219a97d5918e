package io.troupe.actors.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.HttpServer;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.view.JsonBody;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Readers of what comes over HTTP. */
final class HttpReaders {
  private static final int MOST_MILLIS = 20_000;
  private static HttpServer server;

  private HttpReaders() {}

  /** The body of a request, as the routes take theirs. */
  static void body(Path folder, byte[] bytes) {
    answer(bytes);
  }

  private static String answer(byte[] bytes) {
    JsonNode json = JsonBody.object(bytes, "{}");
    JsonBody.requireMembers(json, List.of("format", "settings"));
    String format = JsonBody.choice(json, "format", List.of("onnx", "npz"));
    return Json.render(
        Map.of("format", format, "settings", JsonBody.assignments(json.path("settings"))));
  }

  /** All that a client sends; it gets an answer that is no fault of the server, or none. */
  static void request(Path folder, byte[] bytes) throws IOException, ServerStartException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(MOST_MILLIS);
      String said;
      try {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        said = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      } catch (SocketException e) {
        // The server need not hear a request to its end before it refuses it.
        said = "";
      }
      boolean answered = said.startsWith("HTTP/1.1 ") && !said.startsWith("HTTP/1.1 500");
      if (!said.isEmpty() && !answered) {
        throw new AssertionError("the answer is " + said);
      }
    }
  }

  private static synchronized int port() throws ServerStartException {
    if (server == null) {
      server =
          new HttpServer(new RunSettings.Control("127.0.0.1", 0, Optional.empty()), 0, Map.of(), 1);
      server.start(HttpReaders::addRoutes, config -> {});
    }
    return server.address().getPort();
  }

  private static void addRoutes(RoutesConfig routes) {
    BodyReader bodies = new BodyReader();
    routes.get("/api/v1/runs/{name}", ctx -> ctx.result(ctx.pathParam("name") + ctx.queryString()));
    routes.post("/api/v1/runs/{name}", ctx -> ctx.result(answer(bodies.read(ctx))));
  }
}
