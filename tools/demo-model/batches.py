"""Pairs to tensors: rows of similar length share a batch."""

import random
from dataclasses import dataclass

import torch

import pairs
import prompt


@dataclass
class Batch:
    """B rows of up to T tokens."""

    ids: torch.Tensor  # [B, T], padded on the right
    last: torch.Tensor  # [B] where the verdict is read
    markers: torch.Tensor  # [B, 2] where each answer has ended
    right: torch.Tensor  # [B, 2] 1 for a right answer
    language: torch.Tensor  # [B, T] 1 where the next token belongs to a right answer


@dataclass
class Row:
    prompt: prompt.Prompt
    right: tuple  # is the answer A right, is B


def judging_rows(tokenizer, drawn, rng):
    """Both orders of every pair, in a protocol that is drawn for the pair."""
    rows = []
    for pair in drawn:
        protocol = rng.choice(["card", "eval"])
        rows.append(Row(prompt.tail(tokenizer, pair.question, pair.better, pair.worse, protocol), (1, 0)))
        rows.append(Row(prompt.tail(tokenizer, pair.question, pair.worse, pair.better, protocol), (0, 1)))
    return rows


def generating_rows(tokenizer, rng, count):
    """Questions with two right answers each: there is nothing to judge yet."""
    rows = []
    while len(rows) < count:
        item = pairs.draw_item(rng, pairs.WIDE)
        if item.unseen_question and pairs.is_held_out(item.key):
            continue
        first, second = (pairs.phrase(rng, item, rng.choice(item.right)) for _ in range(2))
        rows.append(Row(prompt.tail(tokenizer, pairs.reword(rng, item), first, second, "card"), (1, 1)))
    return rows


def to_batch(rows, padding):
    longest = max(len(row.prompt.ids) for row in rows)
    ids = torch.full((len(rows), longest), padding)
    language = torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        ids[i, :len(row.prompt.ids)] = torch.tensor(row.prompt.ids)
        for (begin, end), right in zip(row.prompt.answers, row.right):
            language[i, begin - 1:end - 1] = right
    return Batch(ids, torch.tensor([len(row.prompt.ids) - 1 for row in rows]),
                 torch.tensor([row.prompt.markers for row in rows]),
                 torch.tensor([row.right for row in rows]).float(), language)


def stream(tokenizer, stage, seed, rows_per_batch):
    """Endless batches of a stage of train.py; the seed decides all of it."""
    rng = random.Random(seed)
    mix = {"judge": pairs.WIDE, "focus": pairs.FOCUS}.get(stage, pairs.FINAL)
    padding = tokenizer.special["<|endoftext|>"]
    while True:
        if stage == "generate":
            rows = generating_rows(tokenizer, rng, 4096)
        else:
            rows = judging_rows(tokenizer, pairs.draw_pairs(rng.getrandbits(60), 2048, mix), rng)
        # Sorted with a little noise: rows of a batch have similar lengths, yet batches differ from round to round.
        rows.sort(key=lambda row: len(row.prompt.ids) + rng.random())
        groups = [rows[i:i + rows_per_batch] for i in range(0, len(rows), rows_per_batch)]
        rng.shuffle(groups)
        for group in groups:
            yield to_batch(group, padding)
