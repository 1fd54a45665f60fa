"""Judges held-out pairs with a finished checkpoint, prints how well, and writes pairs and scores as JSON lines.

    python3 tools/demo-model/held_out.py --checkpoint DIR [--pairs 2000] [--write FILE]

The file is what the project's test compares gram-cpu with: `scores` holds the probability of response1 by protocol.
"""

import argparse
import json
import pathlib

import torch

import evaluate
import pairs
import prompt

SEED = 77


def judge(model, tokenizer, count, path=None):
    """Prints accuracy by task and by kind of worse answer, on pairs that training never saw."""
    drawn = pairs.draw_pairs(SEED, count, pairs.FINAL, held_out=True)
    head = prompt.head(tokenizer)
    wins = {protocol: evaluate.verdicts(model, tokenizer, drawn, protocol, head) for protocol in ("card", "eval")}
    for protocol, each in wins.items():
        accuracy, agree, lines = evaluate.report(drawn, each)
        print(f"{protocol}: accuracy {accuracy:.4f}, orders agree {agree:.4f}", flush=True)
        print("\n".join("  " + line for line in lines), flush=True)
    if path:
        path.write_text("".join(line(i, pair, {p: sum(each[i]) / 2 for p, each in wins.items()})
                                for i, pair in enumerate(drawn)))


def line(number, pair, scores):
    """A row for gram-cpu: every second pair shows the worse answer first."""
    first = number % 2 == 0
    row = {"id": f"{pair.task}-{number}", "question": pair.question,
           "response1": pair.better if first else pair.worse, "response2": pair.worse if first else pair.better,
           "label": 1 if first else 2, "kind": pair.kind,
           "scores": {name: round(score if first else 1 - score, 6) for name, score in scores.items()}}
    return json.dumps(row) + "\n"


def main():
    import checkpoint

    parser = argparse.ArgumentParser(description="Judges held-out pairs with a finished checkpoint.")
    parser.add_argument("--checkpoint", required=True, type=pathlib.Path, help="the folder that train.py wrote")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--write", type=pathlib.Path, help="JSON lines to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    judge(*checkpoint.read_folder(arguments.checkpoint), arguments.pairs, arguments.write)


if __name__ == "__main__":
    main()
