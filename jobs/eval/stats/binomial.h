// Exact probabilities of counts: how many of n independent trials of the same chance succeed.
#ifndef GRAM_JOBS_EVAL_STATS_BINOMIAL_H_
#define GRAM_JOBS_EVAL_STATS_BINOMIAL_H_

#include <cstdint>

namespace gram::jobs {

/// P(X <= successes) for X ~ Binomial(trials, chance); 0 <= chance <= 1, trials >= 0. The terms of
/// the shorter tail are added up, from the largest on, until they no longer count: relative error
/// below 1e-10.
double BinomialCdf(int64_t successes, int64_t trials, double chance);

/// The largest chance that `failures` in `trials` leave possible: the p with
/// BinomialCdf(failures, trials, p) = `risk`, so that the true chance exceeds it with probability
/// `risk` at most (Clopper and Pearson, Biometrika 26, 1934; one-sided). 1 where trials = failures.
double BinomialUpperBound(int64_t failures, int64_t trials, double risk);

/// McNemar's exact test, two-sided: the probability of a split at least as uneven as `one` against
/// `other` where both are equally likely, min(1, 2 P(X <= min(one, other))), X ~ Binomial(one +
/// other, 1/2) (McNemar, Psychometrika 12, 1947). 1 where both are 0.
double McNemarP(int64_t one, int64_t other);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_STATS_BINOMIAL_H_
