"""vLLM's CPU build, for peers.py: vllm:DTYPE. See protocol.py."""
import os
import sys

import protocol

CACHE_GB = 2  # of K/V: 17,000 tokens of the 1.7B shape in bf16


def use_openmp_of_intel():
    """Starts this process again with the OpenMP that vLLM's manual recommends, which comes with its packages."""
    library = os.path.join(sys.prefix, 'lib', 'libiomp5.so')
    if os.path.exists(library) and library not in os.environ.get('LD_PRELOAD', ''):
        os.execve(sys.executable, [sys.executable, *sys.argv], dict(os.environ, LD_PRELOAD=library))


def main():
    use_openmp_of_intel()
    answers = protocol.private_output()
    folder, threads, batch_tokens, (_, dtype) = protocol.arguments()
    # By default vLLM leaves a core to its scheduler; here it gets as many threads as the others.
    cpus = sorted(os.sched_getaffinity(0))[:threads]
    os.environ.update(VLLM_CPU_OMP_THREADS_BIND=','.join(map(str, cpus)), VLLM_CPU_KVCACHE_SPACE=str(CACHE_GB),
                      VLLM_NO_USAGE_STATS='1', HF_HUB_OFFLINE='1', VLLM_CACHE_ROOT=f'{folder}-vllm',
                      TORCHINDUCTOR_CACHE_DIR=f'{folder}-vllm/inductor')
    import torch
    import vllm

    llm = vllm.LLM(folder, dtype={'bf16': 'bfloat16', 'f32': 'float32'}[dtype], skip_tokenizer_init=True,
                   max_model_len=batch_tokens + 1, max_num_batched_tokens=batch_tokens, enable_prefix_caching=False,
                   logprobs_mode='raw_logits')

    def last_logits(prompts, tokens):
        asked = vllm.SamplingParams(max_tokens=1, temperature=0, detokenize=False, logprob_token_ids=tokens)
        outputs = llm.generate([{'prompt_token_ids': prompt} for prompt in prompts], asked, use_tqdm=False)
        return tokens and [[found.outputs[0].logprobs[0][token].logprob for token in tokens] for found in outputs]

    protocol.serve(answers, f'vllm {vllm.__version__}, torch {torch.__version__}', last_logits, batch_tokens)


if __name__ == '__main__':
    main()
