"""Trains the demo model and writes it as a Hugging Face folder.

    python3 tools/demo-model/train.py --out DIR

The recipe is GRAM's (arXiv 2506.14175) in small: first learn to generate answers to questions, then learn to say "A"
or "B", with label smoothing; first on a wide mix of tasks, then on the final one. The last stage shows the full prompt;
until then the instruction, which is the same in every row, is left out. Seeds are fixed.
"""

import argparse
import math
import pathlib
import time

import torch
from torch.nn import functional

import batches
import bpe
import evaluate
import export
import held_out
import pairs
import prompt
from model import Config, JudgeModel

VOCABULARY = 2560
STAGES = [("generate", 2000), ("judge", 4000), ("focus", 1000), ("full", 3300)]
ROWS = 32
PEAK_RATE, WARM_UP, HORIZON = 1.5e-3, 200, 13300
SMOOTHING = 0.02
HELD_OUT_PAIRS = 400


def train_tokenizer():
    """The vocabulary comes from the prompt and from generated pairs."""
    texts = [prompt.INSTRUCTION + "user\nassistant\n#Preferred: \n"] * 300
    for pair in pairs.draw_pairs(1, 12000, pairs.WIDE):
        texts.append("\n".join([prompt.QUESTION, pair.question, prompt.START_A, pair.better, prompt.END_A,
                                prompt.START_B, pair.worse, prompt.END_B]))
    return bpe.Tokenizer(bpe.train(texts, VOCABULARY))


def ranking_loss(logits, letters, right):
    """The verdict's loss: cross-entropy on "A" and "B" with label smoothing.

    With w the letter of the better answer, l the other and e the smoothing, it is
    -(1 - e) log p(w) - e log p(l) = [-log sigmoid(z_w - z_l) + e (z_w - z_l)] - log(p(A) + p(B)):
    a Bradley-Terry loss with a regulariser that keeps the margin finite, and a term that makes the model say a letter.
    """
    log_p = functional.log_softmax(logits, dim=-1)[:, letters]
    return -((1 - SMOOTHING) * log_p * right + SMOOTHING * log_p * (1 - right)).sum(-1).mean()


def loss_of(model, batch, prefix, letters, judging):
    hidden, middle = model(batch.ids, prefix)
    rows = torch.arange(len(batch.ids))
    where = batch.language.nonzero(as_tuple=True)
    language = functional.cross_entropy(model.logits(hidden[where]), batch.ids[where[0], where[1] + 1])
    if not judging:
        return language, {"language": language}
    verdict = ranking_loss(model.logits(hidden[rows, batch.last]), letters, batch.right)
    seen = model.answer_head(middle[rows[:, None], batch.markers]).squeeze(-1).float()
    answer = functional.binary_cross_entropy_with_logits(seen, batch.right)
    return verdict + 0.5 * answer + 0.3 * language, {"verdict": verdict, "answer": answer, "language": language}


def rate(step, decay_from, total):
    """Warm-up, then the beginning of half a cosine; the last stage goes down to zero in a straight line."""
    if step < WARM_UP:
        return PEAK_RATE * (step + 1) / WARM_UP
    done = (min(step, decay_from) - WARM_UP) / (HORIZON - WARM_UP)
    cosine = PEAK_RATE * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)
    return cosine * min(1.0, (total - step) / (total - decay_from))


def optimizer_for(model):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() != 2]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
                             lr=PEAK_RATE, betas=(0.9, 0.98))


def round_to_bf16(model):
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.bfloat16().float())


def log_held_out(model, tokenizer, head):
    drawn = pairs.draw_pairs(held_out.SEED, 300, pairs.FINAL, held_out=True)
    accuracy, agree, _ = evaluate.report(drawn, evaluate.verdicts(model, tokenizer, drawn, "card", head))
    print(f"held out: accuracy {accuracy:.4f}, orders agree {agree:.4f}", flush=True)


def train(model, tokenizer, out, scale, resume):
    """Runs the stages; after each, its state is in `out`, and `resume` goes on after the last that is there."""
    letters = torch.tensor([tokenizer.vocab["A"], tokenizer.vocab["B"]])
    stages = [(name, max(1, int(steps * scale))) for name, steps in STAGES]
    total = sum(steps for _, steps in stages)
    optimizer = optimizer_for(model)
    began, step = time.time(), 0
    for number, (name, steps) in enumerate(stages):
        state = out / f"{name}.pt"
        if resume and state.exists():
            saved = torch.load(state)
            model.load_state_dict(saved["model"])
            optimizer.load_state_dict(saved["optimizer"])
            step += steps
            continue
        head = prompt.head(tokenizer) if name == "full" else prompt.opening(tokenizer)
        source = batches.stream(tokenizer, name, 1000 + number, ROWS)
        sums = {}
        for _ in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate(step, total - stages[-1][1], total)
            with torch.autocast("cpu", torch.bfloat16):
                loss, parts = loss_of(model, next(source), model.run_prefix(head), letters, name != "generate")
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            for key, value in parts.items():
                sums[key] = sums.get(key, 0.0) + value.item() / 100
            if step % 100 == 0:
                means = ", ".join(f"{key} {value:.4f}" for key, value in sums.items())
                print(f"{name} step {step}/{total}, {time.time() - began:.0f} s: {means}", flush=True)
                sums = {}
            if step % 1000 == 0 and name != "generate":
                log_held_out(model, tokenizer, head)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, state)


def main():
    parser = argparse.ArgumentParser(description="Trains the demo model; about an hour on one core.")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the folder to write")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the steps to make, to try the script out")
    parser.add_argument("--resume", action="store_true", help="go on after the last stage whose state is in --out")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    tokenizer = train_tokenizer()
    model = JudgeModel(Config(vocab_size=tokenizer.size))
    print(f"{sum(p.numel() for p in model.parameters())} parameters, beginning of {len(prompt.head(tokenizer))} tokens",
          flush=True)
    train(model, tokenizer, arguments.out, arguments.scale, arguments.resume)
    round_to_bf16(model)
    export.write_folder(arguments.out / "checkpoint", model, tokenizer)
    held_out.judge(model, tokenizer, HELD_OUT_PAIRS, arguments.out / "held-out.jsonl")


if __name__ == "__main__":
    main()
