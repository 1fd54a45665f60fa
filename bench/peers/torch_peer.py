"""PyTorch + transformers, for peers.py: torch:ATTENTION:DTYPE. See protocol.py."""
import protocol

ANSWERS = protocol.private_output()

import torch  # noqa: E402
import transformers  # noqa: E402


def main():
    folder, threads, batch_tokens, (_, attention, dtype) = protocol.arguments()
    torch.set_num_threads(threads)
    judge = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype={'bf16': torch.bfloat16, 'f32': torch.float32}[dtype], attn_implementation=attention).eval()

    def last_logits(prompts, tokens):
        with torch.inference_mode():
            logits = judge(input_ids=torch.tensor(prompts), use_cache=False, logits_to_keep=1).logits[:, -1]
        return tokens and logits[:, tokens].tolist()

    versions = f'torch {torch.__version__}, transformers {transformers.__version__}'
    protocol.serve(ANSWERS, versions, last_logits, batch_tokens)


if __name__ == '__main__':
    main()
