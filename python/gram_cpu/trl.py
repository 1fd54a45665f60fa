"""TRL: rewards for groups of completions, by ranking them against each other."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Union

from . import _workers

Message = Mapping[str, Any]
Conversation = Union[str, Sequence[Message]]


def _content_of(content: Any, what: str) -> str:
    """A message's text, which may come in parts. Raises ValueError where it holds what a judge cannot see."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, (list, tuple)) else []
    for part in parts:
        if not isinstance(part, Mapping) or not isinstance(part.get("text"), str):
            kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
            raise ValueError(f"{what} holds {kind!r}, which no judge reads: text alone is judged")
    if not parts:
        raise ValueError(f"{what} is not text or messages with a role and a content")
    return "".join(part["text"] for part in parts)


def _text_of(conversation: Conversation, what: str) -> str:
    """A text, or the turns of a conversation: a single one by itself, several with who speaks."""
    if isinstance(conversation, str):
        return conversation
    turns = [(turn.get("role"), _content_of(turn.get("content"), what)) for turn in conversation]
    if not turns or any(not isinstance(role, str) for role, _ in turns):
        raise ValueError(f"{what} is not text or messages with a role and a content")
    if len(turns) == 1:
        return str(turns[0][1])
    return "\n\n".join(f"{str(role).capitalize()}: {content}" for role, content in turns)


def _groups(prompts: Sequence[str]) -> list[range]:
    """Runs of equal prompts."""
    groups: list[range] = []
    start = 0
    for index in range(1, len(prompts) + 1):
        if index == len(prompts) or prompts[index] != prompts[start]:
            groups.append(range(start, index))
            start = index
    return groups


class WinRateReward:
    """A function for `reward_funcs`: how often a completion beats the others of its prompt, from 0 to 1.

    Completions of one prompt come one after the other, as GRPOTrainer gives them (TRL 1.16). Those that a process
    has are compared: let `num_generations` divide the batch of a device, or groups are ranked in parts. A reward
    model's reward is its number. A prompt with a single completion has nothing to compare: None, which TRL leaves
    out; so has one that cannot be ranked, such as one that is too long.
    """

    __name__ = "gram_cpu_win_rate"

    def __init__(self, model: str | os.PathLike[str] | None = None, *, method: str = "auto", **options: Any):
        """`method` of docs/rank.md; `options` are those of Judge."""
        self._path = None if model is None else os.fspath(model)
        self._method = method
        self._options = options

    def __call__(
        self, prompts: Sequence[Conversation], completions: Sequence[Conversation], **columns: Any
    ) -> list[float | None]:
        """A reward for each completion, or None. Raises ValueError where one is no text, such as a tool's call."""
        if len(prompts) != len(completions):
            raise ValueError(f"{len(prompts)} prompts, but {len(completions)} completions")
        judge = _workers.judge_of(self._path, self._options)
        questions = [_text_of(prompt, f"prompt {i}") for i, prompt in enumerate(prompts)]
        answers = [_text_of(completion, f"completion {i}") for i, completion in enumerate(completions)]
        gives_reward = judge.info["gives_reward"]
        groups = [group for group in _groups(questions) if len(group) > 1 or gives_reward]
        rows = [{"prompt": questions[group[0]], "responses": [answers[i] for i in group]} for group in groups]
        rewards: list[float | None] = [None] * len(answers)
        for group, row in zip(groups, judge.rank_rows(rows, method=self._method, format="best-of-n") if rows else []):
            values = row.get("rewards") or row.get("win_rates") or [None] * len(group)
            for index, value in zip(group, values):
                rewards[index] = value
        return rewards


class PairJudge:
    """A pairwise judge of TRL 0.24: `judge(prompts, completions)` gives the index of the better of two, else -1."""

    def __init__(self, model: str | os.PathLike[str] | None = None, **options: Any):
        """`options` are those of Judge."""
        self._path = None if model is None else os.fspath(model)
        self._options = options

    def judge(
        self, prompts: Sequence[str], completions: Sequence[Sequence[str]], shuffle_order: bool = True
    ) -> list[int]:
        """0 or 1 for each prompt; -1 where the two are level or could not be judged.

        Both orders are shown whatever `shuffle_order` says.
        """
        if len(prompts) != len(completions):
            raise ValueError(f"{len(prompts)} prompts, but {len(completions)} pairs of completions")
        judge = _workers.judge_of(self._path, self._options)
        pairs = [(prompt, *two) for prompt, two in zip(prompts, completions)]
        verdicts = judge.score(pairs, errors="return")
        return [
            -1 if isinstance(verdict, Exception) or verdict.margin == 0 else int(verdict.margin < 0)
            for verdict in verdicts
        ]
