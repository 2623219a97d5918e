package io.troupe.actors.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What happens in a run and is told: an event of each kind is a line of events.jsonl. {@code
 * docs/events.md} is made of these.
 */
public enum RunEvent {
  STARTED("a daemon begins the run", "preset, seed, pid, precision (and the engine unless native)"),
  RESUMED("a daemon goes on with the run from a checkpoint", "preset, seed, pid, precision"),
  BRANCHED(
      "the run goes on from a checkpoint of another one, whose lines are those before",
      "from_run, from_checkpoint, sha256"),
  INITIALISED(
      "the networks of a new run begin with what fits of another one's checkpoint; of both it says"
          + " which tensors are taken, and their shapes here and there",
      "checkpoint, sha256, of_step, adam, differences, generator, discriminator"),
  IMPORTED(
      "the networks of a new run are those of a published program's files",
      "program, generator, average, discriminator"),
  STEP(
      "an iteration is done; every journal.every of them",
      "discriminator_loss, generator_loss, real_logit, fake_logit, accuracy, logit_deviation,"
          + " perplexity, augmentation_probability, real_sign, consistency_penalty, lecam_penalty,"
          + " gradient_penalty, path_penalty (where there is one),"
          + " seconds, images_per_second"),
  COMMAND("somebody gave a command", "command"),
  PAUSED("training pauses", ""),
  CONTINUED("training goes on after a pause", ""),
  SETTINGS(
      "a setting has changed, at a start or while the run goes on", "key, from, to, from_step"),
  SEGMENT(
      "changes that were recorded before hold again, because the run had gone back",
      "from_step, changed"),
  CHOSEN(
      "a setting that was left to the machine, or that this machine cannot have, is decided",
      "key, to, because"),
  DATASET("the dataset says something of its files: what is left out, replaced or away", "note"),
  CHECKPOINT("a checkpoint is on disk", "of_step, file, bytes, sha256, seconds"),
  CHECKPOINT_FAILED(
      "a checkpoint could not be written; it is tried again unless it is given up",
      "of_step, reason, given_up"),
  CHECKPOINT_SKIPPED("a checkpoint was left out, because the one before is being written", ""),
  CHECKPOINT_REJECTED("a checkpoint could not be used to go on from", "reason"),
  BEST("a checkpoint is the best one so far", "of_step, value, file"),
  BEST_MISSED(
      "a step was the best one so far, but its file could not be kept, or it has none",
      "of_step, reason"),
  EVALUATION_STARTED("an evaluation begins", "of_step"),
  EVALUATION_FINISHED(
      "an evaluation has its scores; if a node of the fleet made them, it says which",
      "of_step, scores, protocol, seconds, node"),
  EVALUATION_CANCELLED("an evaluation was cancelled, or replaced by a newer one", "of_step"),
  EVALUATION_FAILED("an evaluation failed", "reason"),
  GRID(
      "a grid of pictures is on disk; if a node of the fleet made the pictures, it says which",
      "of_step, file, seconds, node"),
  GRID_FAILED("a grid could not be made", "reason"),
  PICTURES("pictures that somebody asked for are on disk", "file, text, seconds"),
  PICTURES_FAILED("pictures that somebody asked for could not be made", "reason"),
  ROLLBACK("training failed, and goes on from an earlier checkpoint", "reason, to_step"),
  COLLAPSE("a sign is seen that training has collapsed", "sign, reason"),
  COLLAPSE_OVER("such a sign is seen no more", "sign"),
  DEGRADED("a helper fails for the first time; training goes on", "helper, cause"),
  RECOVERED("a helper that failed works again", "helper, failures, since, cause"),
  LINES_LEFT_OUT("lines of the journal could not be read for the plots", "unreadable"),
  JOURNAL_GAP(
      "events were lost, because the journal could not be written for long, or the daemon was killed"
          + " meanwhile",
      "lost"),
  FORENSICS(
      "pictures, norms and losses of a training that went wrong are on disk", "of_step, folder"),
  STALLED(
      "a run that is running has made no step for long; the file says where its threads are",
      "since, file"),
  STOPPED("the run has ended, with all steps done or by a stop", ""),
  FAILED("the run has failed", "reason");

  private static final Map<String, RunEvent> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toMap(RunEvent::label, Function.identity()));

  private final String meaning;
  private final String members;

  RunEvent(String meaning, String members) {
    this.meaning = meaning;
    this.members = members;
  }

  /** The name in lower case with hyphens, as the journal has it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one of a label; empty if this version knows none of it. */
  public static Optional<RunEvent> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }

  /** What has happened, in words. */
  public String meaning() {
    return meaning;
  }

  /** The members of the line besides time, event and step. */
  public String members() {
    return members;
  }
}
