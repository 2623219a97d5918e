package io.troupe.actors.http;

import io.javalin.http.HttpStatus;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers as a {@link Problem} what the server refuses or ends by itself, before or after the
 * routes: requests that are no HTTP, paths that may mean several things, and the end of the server.
 */
final class ProblemPages extends ErrorHandler {
  private final Map<String, String> headers;

  /**
   * Pages for a server.
   *
   * @param headers what every answer bears
   */
  ProblemPages(Map<String, String> headers) {
    this.headers = headers;
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
    headers.forEach(response.getHeaders()::put);
    Content.Sink.write(response, true, problem(code, message), callback);
  }

  private static String problem(int code, String message) {
    HttpStatus status = HttpStatus.forStatus(code);
    String detail =
        switch (status) {
          case SERVICE_UNAVAILABLE -> LateAnswers.ENDS;
          case INTERNAL_SERVER_ERROR -> "The request failed inside the server.";
          default -> message == null ? status.getMessage() + "." : message + ".";
        };
    return Problem.render(status, detail, Map.of());
  }
}
