package io.troupe.actors.cli;

import io.troupe.actors.run.AnswerTimes;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that the others are parts of; those that give a daemon one order are methods. */
@Command(
    name = "troupe",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = TroupeCommand.Version.class,
    description = "Trains GANs; one daemon holds each run.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      StartCommand.class,
      StopCommand.class,
      ListCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      LogsCommand.class,
      CompareCommand.class,
      SetCommand.class,
      StudioCommand.class,
      NodeCommand.class,
      FleetCommand.class,
      FetchCommand.class,
      DataCommand.class,
      DoctorCommand.class,
      TuneCommand.class,
      SampleCommand.class,
      MetricsCommand.class,
      FeaturesCommand.class,
      InspectCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      PresetsCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
      TrainClassifierCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it worked", "1:it failed", "2:its arguments are wrong"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  troupe train                      # a small BigGAN on shapes",
      "  troupe start --preset demo --new  # in the background, in a new folder",
      "  troupe list                       # all runs",
      "  troupe watch                      # how the run is, live",
      "  troupe help sample                # the help of a command"
    })
final class TroupeCommand implements Runnable {
  private static final Duration PAUSE_TIMEOUT = AnswerTimes.beyond(AnswerTimes.SOON);

  /** For orders that are answered when a file is on disk. */
  static final Duration WRITE_TIMEOUT = AnswerTimes.beyond(AnswerTimes.WRITTEN);

  /** For an evaluation that is waited for. */
  static final Duration EVALUATION_TIMEOUT = AnswerTimes.beyond(AnswerTimes.EVALUATED);

  @Spec private CommandSpec spec;

  /** The program's version, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Version.class.getPackage().getImplementationVersion();
      return new String[] {"troupe " + (version == null ? "development" : version)};
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  @Command(
      description =
          "Stops training after the present step until 'resume'; answers when it has stopped.",
      footer = {"  troupe pause", "  troupe pause demo-2"})
  int pause(@Mixin NamedRun run) throws Exception {
    return run.order(spec, "pause", PAUSE_TIMEOUT);
  }

  @Command(
      description = "Goes on with training.",
      footer = {"  troupe resume", "  troupe resume demo-2"})
  int resume(@Mixin NamedRun run) throws Exception {
    return run.order(spec, "resume", PAUSE_TIMEOUT);
  }

  @Command(
      description = "Scores the present generator while training goes on.",
      footer = {"  troupe evaluate --wait", "  troupe evaluate demo-2 --cancel"})
  int evaluate(
      @Mixin NamedRun run,
      @Option(
              names = "--wait",
              description = "Answer with a table of the scores, when they are there.")
          boolean wait,
      @Option(names = "--cancel", description = "End the running evaluation without scores.")
          boolean cancel)
      throws Exception {
    if (cancel) {
      return run.order(spec, "evaluate?cancel=true", PAUSE_TIMEOUT);
    }
    return wait ? run.scores(spec) : run.order(spec, "evaluate", PAUSE_TIMEOUT);
  }

  @Command(
      description = "Writes a checkpoint; answers when it is on disk.",
      footer = {"  troupe checkpoint", "  troupe checkpoint demo-2 --json"})
  int checkpoint(@Mixin NamedRun run) throws Exception {
    return run.order(spec, "checkpoint", WRITE_TIMEOUT);
  }
}
