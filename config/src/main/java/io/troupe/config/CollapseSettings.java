package io.troupe.config;

/**
 * What counts as a sign that training has collapsed, and what follows from one.
 *
 * @param pinnedSteps so many steps in a row in which the discriminator takes no picture for the
 *     other kind; 0 is no such sign
 * @param equalSteps so many steps in a row in which all logits are equal; 0 is no such sign
 * @param equalDeviation largest standard deviation of logits that are equal, as a share of their
 *     mean magnitude or of 1, whichever is larger
 * @param scoreEvaluations so many evaluations in a row with a bad score; 0 is no such sign
 * @param scoreFactor how many times worse than the best a bad score is
 * @param diversityEvaluations so many evaluations in a row in which pictures of a class are alike;
 *     0 is no such sign
 * @param diversityShare below this share of the class's largest diversity they are alike
 * @param learningRateFactor what both learning rates are multiplied by at a return
 * @param penaltyFactor what the weight of the gradient penalty is multiplied by at a return
 */
public record CollapseSettings(
    Action action,
    int pinnedSteps,
    int equalSteps,
    double equalDeviation,
    int scoreEvaluations,
    double scoreFactor,
    int diversityEvaluations,
    double diversityShare,
    double learningRateFactor,
    double penaltyFactor) {
  /** What follows from a sign. */
  public enum Action {
    /** Nothing: none is looked for. */
    NONE,
    /** It is told. */
    EVENT,
    /** It is told, and the run goes back to its best checkpoint. */
    ROLLBACK
  }
}
