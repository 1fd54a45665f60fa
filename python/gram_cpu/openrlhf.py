"""OpenRLHF: a reward function for `--reward.remote_url FILE.py`.

The file:

    from gram_cpu.openrlhf import RewardFunction

    reward_func = RewardFunction("/models/model.gram", end="<|im_end|>")
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

from . import _workers
from .trl import _groups

_log = logging.getLogger(__name__)


class RewardFunction:
    """How much better a response is than the label's, or than the others of its prompt.

    OpenRLHF 0.11 asks for one response at a time: then a judge needs labels, which are reference responses. A
    reward model's number needs none.
    """

    def __init__(self, model: str | os.PathLike[str] | None = None, *, end: str = "", **options: Any):
        """`end`: what the tokenizer writes behind a response, which is cut off. `options` are those of Judge."""
        self._path = None if model is None else os.fspath(model)
        self._end = end
        self._options = options

    def _response_of(self, query: str, prompt: str, index: int) -> str:
        if not query.startswith(prompt):
            raise ValueError(
                f"query {index} does not begin with its prompt, so its response cannot be told; a prompt that was cut "
                "for its length is one cause"
            )
        response = query[len(prompt) :]
        if self._end and self._end in response:
            response = response[: response.rindex(self._end)]
        return response

    def __call__(
        self, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str | None], **kwargs: Any
    ) -> dict[str, Any]:
        """`rewards` and `scores`, as tensors where torch is there.

        With a label, the probability that the response is better than the label; without, the win rate among the
        responses of the same prompt. A reward model's are its margin and its number. Raises ValueError and
        GramError; they are logged, too, since OpenRLHF goes on without a reward and hardly says so.
        """
        try:
            values = _tensor(self._scores(queries, prompts, labels))
        except Exception as error:
            _log.error("no reward: %s", error)
            raise
        return {"rewards": values, "scores": values, "extra_logs": {"gram_cpu_score": values}}

    def _scores(self, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str | None]) -> list[float]:
        if not len(queries) == len(prompts) == len(labels):
            raise ValueError(f"{len(queries)} queries, {len(prompts)} prompts and {len(labels)} labels")
        judge = _workers.judge_of(self._path, self._options)
        responses = [self._response_of(q, p, i) for i, (q, p) in enumerate(zip(queries, prompts))]
        scores: list[float] = [0.0] * len(responses)
        labelled = [i for i, label in enumerate(labels) if label]
        pairs = [(prompts[i], responses[i], str(labels[i])) for i in labelled]
        gives_reward = judge.info["gives_reward"]
        for index, verdict in zip(labelled, judge.score(pairs)):
            scores[index] = verdict.margin if gives_reward else verdict.score_response1
        rest = [i for i in range(len(responses)) if not labels[i]]
        for group in _groups([prompts[i] for i in rest]):
            members = [rest[i] for i in group]
            if len(members) == 1 and not gives_reward:
                raise ValueError(
                    f"prompt {members[0]} has one response and no label: give a reference response as its label, "
                    "use a reward model, or send the responses of a prompt together"
                )
            ranking = judge.rank(prompts[members[0]], [responses[i] for i in members])
            for index, ranked in zip(members, ranking.responses):
                scores[index] = ranked.win_rate if ranked.reward is None else ranked.reward
        return scores


def _tensor(values: list[float]) -> Any:
    try:
        import torch
    except ModuleNotFoundError:
        return values
    return torch.tensor(values)
