#!/usr/bin/env python3
"""What peers.py times of PyTorch: torch_peer.py ATTENTION THREADS. Reads prompt lengths, a line each; answers each with tokens/s.

Qwen3-1.7B's shape in bf16 with random weights. As its users run it: a batch of prompts of one length, no gradients, no cache,
logits of the last position alone.
"""
import platform
import sys
import time

import torch
import transformers

BATCH_TOKENS = 4096


def model(attention):
    config = transformers.Qwen3Config(vocab_size=151936, hidden_size=2048, intermediate_size=6144, num_hidden_layers=28,
                                      num_attention_heads=16, num_key_value_heads=8, head_dim=128, rms_norm_eps=1e-6,
                                      rope_theta=1e6, tie_word_embeddings=True, max_position_embeddings=40960)
    config._attn_implementation = attention
    torch.manual_seed(0)
    with torch.device('meta'):
        made = transformers.Qwen3ForCausalLM(config)
    made = made.to(torch.bfloat16).to_empty(device='cpu')
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(0, 0.02)
        made.tie_weights()
        # to_empty left the rotary embedding's frequencies unset.
        for module in made.modules():
            if hasattr(module, 'inv_freq'):
                made.model.rotary_emb = type(module)(config)
                break
    return made.eval()


def main():
    torch.set_num_threads(int(sys.argv[2]))
    judge = model(sys.argv[1])
    print(f'torch {torch.__version__}, transformers {transformers.__version__}, Python {platform.python_version()}', flush=True)
    for line in sys.stdin:
        tokens = int(line)
        batch = torch.randint(0, 150000, (max(1, BATCH_TOKENS // tokens), tokens))
        best = None
        with torch.inference_mode():
            for _ in range(2):
                begin = time.monotonic()
                judge(input_ids=batch, use_cache=False, logits_to_keep=1)
                seconds = time.monotonic() - begin
                best = seconds if best is None else min(best, seconds)
        print(batch.numel() / best, flush=True)


if __name__ == '__main__':
    main()
