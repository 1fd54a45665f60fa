"""What is known of pairs and responses that were judged."""

from __future__ import annotations

from ctypes import c_void_p
from typing import NamedTuple

from ._errors import GramError, error_of
from ._library import CRanked, CVerdict, lib


class Verdict(NamedTuple):
    """One pair's result; docs/cli.md explains the fields.

    A judge's scores are probabilities, from 0 to 1, and add up to 1. A reward model's are any numbers, of
    which the greater is better; then `order_gap`, `orders_agree` and `logits` are None.
    """

    score_response1: float
    score_response2: float
    response1_is_better: bool
    margin: float
    """Log-odds that response 1 is the better one, or the difference of the rewards."""
    order_gap: float | None
    """How far the probabilities of the two orders are apart: position bias on this pair."""
    orders_agree: bool | None
    logits: tuple[tuple[float, float], tuple[float, float]] | None
    """Of the labels A and B: with response 1 in slot A, and with response 2 there."""
    tokens: tuple[int, int]
    """Lengths of the two prompts."""
    identical: bool
    """Both responses are one text as the model saw them."""
    truncated: bool
    """A response was shortened, as truncate="fair" allows."""
    flagged: bool
    """A text holds what could pass for a control token or a part of the prompt; it was judged as text."""


class Ranked(NamedTuple):
    """How one response came out of a ranking; docs/rank.md explains the fields."""

    rank: int
    """1 is the best; equal ranks are ties."""
    win_rate: float
    wins: int
    losses: int
    ties: int
    strength: float
    reward: float | None
    """A reward model's."""


class Ranking(NamedTuple):
    """The responses in their order, and the indices of the best."""

    responses: tuple[Ranked, ...]
    best: tuple[int, ...]


def _verdict_of(c: CVerdict) -> Verdict:
    reward = bool(c.is_reward)
    return Verdict(
        c.score_response1,
        c.score_response2,
        bool(c.response1_is_better),
        c.margin,
        None if reward else c.order_gap,
        None if reward else bool(c.orders_agree),
        None if reward else (tuple(c.logits[0]), tuple(c.logits[1])),
        tuple(c.tokens),
        bool(c.identical),
        bool(c.truncated),
        bool(c.flagged),
    )


def ranked_of(c: CRanked, gives_reward: bool) -> Ranked:
    """A response's place of gram_ranked."""
    return Ranked(c.rank, c.win_rate, c.wins, c.losses, c.ties, c.strength, c.reward if gives_reward else None)


def read_verdicts(handle: c_void_p, count: int) -> list[Verdict | GramError]:
    """The verdicts of gram_verdicts, and the errors of pairs that have none."""
    results: list[Verdict | GramError] = []
    for index in range(count):
        c = lib.gram_verdicts_at(handle, index).contents
        if c.status == 0:
            results.append(_verdict_of(c))
        else:
            code = lib.gram_status_name(c.status).decode()
            results.append(error_of(code, f"pair {index}: {c.message.decode(errors='replace')}"))
    return results
