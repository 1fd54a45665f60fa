"""Verdicts of a model on pairs, computed as gram-cpu computes them."""

from collections import defaultdict

import torch

import batches
import prompt


@torch.no_grad()
def verdicts(model, tokenizer, drawn, protocol, head, rows_per_batch=64):
    """For each pair (p1, p2): probability that the better answer wins, shown first and shown second."""
    prefix = model.run_prefix(head)
    rows = []
    for pair in drawn:
        rows.append(batches.Row(prompt.tail(tokenizer, pair.question, pair.better, pair.worse, protocol), (1, 0)))
        rows.append(batches.Row(prompt.tail(tokenizer, pair.question, pair.worse, pair.better, protocol), (0, 1)))
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].prompt.ids))
    wins = [0.0] * len(rows)
    letters = torch.tensor([tokenizer.vocab["A"], tokenizer.vocab["B"]])
    for i in range(0, len(order), rows_per_batch):
        part = order[i:i + rows_per_batch]
        batch = batches.to_batch([rows[k] for k in part], tokenizer.special["<|endoftext|>"])
        hidden, _ = model(batch.ids, prefix)
        logits = model.logits(hidden[torch.arange(len(part)), batch.last])[:, letters]
        better = logits.softmax(-1)[torch.arange(len(part)), batch.right.argmax(-1)]
        for k, p in zip(part, better.tolist()):
            wins[k] = p
    return list(zip(wins[0::2], wins[1::2]))


def report(drawn, wins):
    """(accuracy, share of pairs whose orders agree, lines by task and by kind of worse answer)."""
    groups = defaultdict(list)
    for pair, (p1, p2) in zip(drawn, wins):
        outcome = (p1 + p2 > 1, (p1 > 0.5) == (p2 > 0.5))
        for name in ("all", "task " + pair.task, "kind " + pair.kind):
            groups[name].append(outcome)
    means = {name: [sum(column) / len(column) for column in zip(*outcomes)] for name, outcomes in groups.items()}
    lines = [f"{name}: accuracy {means[name][0]:.3f}, orders agree {means[name][1]:.3f}, pairs {len(groups[name])}"
             for name in sorted(groups)]
    return means["all"][0], means["all"][1], lines
