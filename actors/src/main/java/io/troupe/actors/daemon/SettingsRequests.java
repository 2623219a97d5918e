package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.config.CollapseSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.TrainingSettings;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Changes of settings that somebody asks for. What changes no step's result is recorded at once;
 * for anything else the present segment ends first. Belongs to the daemon and runs in its thread.
 */
final class SettingsRequests {
  private final DaemonParts parts;

  SettingsRequests(DaemonParts parts) {
    this.parts = parts;
  }

  /** Somebody asks for a change. */
  void onChangeSettings(RunCommand.ChangeSettings message) {
    RunProgress progress = parts.progress();
    Segments segments = parts.segments();
    if (progress.state() == RunState.STARTING) {
      segments.await(message, progress.step());
      return;
    }
    if (!progress.isInTraining()) {
      message
          .replyTo()
          .tell(
              parts.refused(
                  "the run is %s and nothing has changed; start it again with the setting"
                      .formatted(progress.state().label())));
      return;
    }
    try {
      SettingsHistory before = segments.history();
      SettingsChange change =
          SettingsChange.check(
              parts.runContext().directory(), before.newest(), message.overrides());
      long next = progress.step() + 1;
      SettingsHistory after = change.applied(before, next);
      Optional<String> misfit = parts.runContext().misfit(after.newest());
      if (misfit.isPresent()) {
        message.replyTo().tell(parts.invalid(misfit.get()));
        return;
      }
      if (after.changes().equals(before.changes())) {
        record(change.changes(before, after, next), after);
        message.replyTo().tell(changed(change.changes(before, after, next), false));
      } else {
        segments.endFor(new Segments.Request(change, message.replyTo()));
        parts.loop().actors().orElseThrow().trainer().tell(segments.limits().endingNow());
      }
    } catch (SettingsException e) {
      message.replyTo().tell(parts.invalid(e.getMessage()));
    } catch (IOException e) {
      message.replyTo().tell(notRecorded(e));
    }
  }

  /**
   * What is to be recorded from a step on: with what was asked for, if that can hold from there.
   */
  SettingsHistory planned(long fromStep) {
    Segments segments = parts.segments();
    SettingsHistory present = segments.history();
    Optional<Segments.Request> request = segments.request();
    try {
      return request.isPresent() ? request.get().change().applied(present, fromStep) : present;
    } catch (SettingsException e) {
      segments.takeRequest();
      request.orElseThrow().replyTo().tell(parts.invalid(e.getMessage()));
      return present;
    }
  }

  /**
   * Records what somebody asked for, for whom the training has its settings now, and answers.
   *
   * @param next the first step with them
   * @param compiled whether the steps were compiled anew
   * @return whether it is recorded
   */
  boolean fulfil(Segments.Request request, SettingsHistory planned, long next, boolean compiled) {
    List<SettingsChange.Changed> changes =
        request.change().changes(parts.segments().history(), planned, next);
    try {
      parts.segments().begin(next);
      record(changes, planned);
    } catch (IOException e) {
      request.replyTo().tell(notRecorded(e));
      return false;
    }
    request.replyTo().tell(changed(changes, compiled));
    return true;
  }

  /** Records a change, and has it hold as far as the training loop does not matter. */
  private void record(List<SettingsChange.Changed> changes, SettingsHistory after)
      throws IOException {
    parts.segments().record(after);
    RunProgress progress = parts.progress();
    progress.setSettings(parts.segments().settings());
    parts.loop().tell(parts.segments().limits());
    parts
        .members()
        .checkpointer()
        .tell(new Checkpointer.Keep(progress.settings().checkpoints().keep()));
    parts.follow();
    parts.recorder().settingsChanged(changes);
  }

  /**
   * Records smaller learning rates and a stronger penalty, as the settings want after a collapse.
   *
   * @param next the first step with them
   * @throws IOException if they cannot be recorded; then nothing has changed
   */
  void weaken(long next) throws IOException {
    SettingsHistory before = parts.segments().history();
    RunSettings present = before.at(next);
    CollapseSettings collapse = present.supervision().collapse();
    Map<String, Double> values = new LinkedHashMap<>();
    TrainingSettings training = present.training();
    if (collapse.learningRateFactor() != 1) {
      values.put(
          "training.generator.learning-rate",
          training.generator().learningRate() * collapse.learningRateFactor());
      values.put(
          "training.discriminator.learning-rate",
          training.discriminator().learningRate() * collapse.learningRateFactor());
    }
    if (collapse.penaltyFactor() != 1 && training.gradientPenalty().weight() > 0) {
      values.put(
          "training.gradient-penalty.weight",
          training.gradientPenalty().weight() * collapse.penaltyFactor());
    }
    if (values.isEmpty()) {
      return;
    }
    Map<String, String> changed = new LinkedHashMap<>();
    values.forEach((key, value) -> changed.put(key, value.toString()));
    SettingsHistory after =
        before.changed(next, changed.keySet(), SettingsLoader.with(before.newest(), changed));
    parts.segments().record(after);
    parts
        .recorder()
        .settingsChanged(
            after.from(next).stream()
                .filter(change -> changed.containsKey(change.key()))
                .map(
                    change ->
                        new SettingsChange.Changed(
                            change.key(), change.from(), change.to(), OptionalLong.of(next)))
                .toList());
  }

  private RunAnswer.Refused notRecorded(IOException e) {
    return parts.refused(
        "the change cannot be recorded, so nothing has changed: cannot write %s: %s"
            .formatted(parts.runContext().directory().config(), IoReason.of(e)));
  }

  private RunAnswer.Done changed(List<SettingsChange.Changed> changes, boolean compiled) {
    OptionalLong fromStep =
        changes.stream().flatMapToLong(change -> change.fromStep().stream()).findFirst();
    String message =
        changes.isEmpty() ? "nothing changed: the settings are these already" : "settings changed";
    if (fromStep.isPresent()) {
      message += " from step %d on".formatted(fromStep.getAsLong());
    }
    if (compiled) {
      message += "; the training step was compiled anew";
    }
    return parts.done(
        message, Map.of("changed", changes.stream().map(SettingsChange.Changed::toMap).toList()));
  }
}
