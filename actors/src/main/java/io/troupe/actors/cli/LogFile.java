package io.troupe.actors.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where this process logs. */
final class LogFile {
  private LogFile() {}

  /** From now on; loggers that were made before, such as while settings were read, do so too. */
  static void use(Path file) {
    // Read by logback.xml.
    System.setProperty("troupe.log", file.toString());
    System.setProperty("troupe.log.appender", "FILE");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    try {
      new ContextInitializer(context).autoConfig();
    } catch (JoranException e) {
      throw new IllegalStateException("logback.xml cannot be read", e);
    }
  }
}
