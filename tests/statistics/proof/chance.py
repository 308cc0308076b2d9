"""Could a count be what it is by chance alone? Exact binomial tails, and marks for aims."""
import math

RARE = 0.005  # below this an observation is not put down to chance


def at_least(hits, trials, rate):
    """P(X >= hits) for X ~ Binomial(trials, rate)"""
    if hits <= 0:
        return 1.0
    if rate <= 0 or hits > trials:
        return 0.0
    if rate >= 1:
        return 1.0
    return min(1.0, math.fsum(_mass(k, trials, rate) for k in range(hits, trials + 1)))


def at_most(hits, trials, rate):
    return at_least(trials - hits, trials, 1 - rate)


def _mass(k, n, p):
    return math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
                    + k * math.log(p) + (n - k) * math.log1p(-p))


MET, CHANCE, MISSED = "met", "within chance", "missed"


def not_above(hits, trials, limit):
    """The mark of "at most `limit`" (a ratio) for a count."""
    if hits <= limit * trials + 1e-9:
        return MET
    return CHANCE if at_least(hits, trials, limit) >= RARE else MISSED


def not_below(hits, trials, limit):
    return not_above(trials - hits, trials, 1 - limit)


def not_below_measured(hits, trials, published, published_trials):
    """The mark of "not below" a rate that was itself measured, in so many runs: a two-sample z of 2.58."""
    rate = hits / trials
    if rate >= published - 1e-9:
        return MET
    pooled = (hits + published * published_trials) / (trials + published_trials)
    error = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / published_trials))
    rounding = 0.005  # published as whole percent
    return CHANCE if published - rate <= 2.58 * error + rounding else MISSED
