#!/usr/bin/env python3
"""A checkpoint of Qwen3-1.7B's shape with random bf16 weights: checkpoint.py FOLDER TOKENIZER LAYERS. Needs numpy.

TOKENIZER is a folder with tokenizer.json and tokenizer_config.json, which are linked to.
"""
import json
import pathlib
import sys

import numpy

CONFIG = {
    'architectures': ['Qwen3ForCausalLM'], 'model_type': 'qwen3', 'vocab_size': 151936, 'hidden_size': 2048,
    'intermediate_size': 6144, 'num_hidden_layers': 28, 'num_attention_heads': 16, 'num_key_value_heads': 8,
    'head_dim': 128, 'hidden_act': 'silu', 'rms_norm_eps': 1e-6, 'rope_theta': 1e6, 'rope_scaling': None,
    'max_position_embeddings': 40960, 'tie_word_embeddings': True, 'attention_bias': False, 'attention_dropout': 0.0,
    'use_sliding_window': False, 'torch_dtype': 'bfloat16'}
AT_ONCE = 1 << 24  # numbers


def shapes(config):
    """Name -> shape, of every tensor."""
    width, inner, head = config['hidden_size'], config['intermediate_size'], config['head_dim']
    queries, keys = config['num_attention_heads'] * head, config['num_key_value_heads'] * head
    layer = {'input_layernorm': (width,), 'post_attention_layernorm': (width,), 'self_attn.q_norm': (head,),
             'self_attn.k_norm': (head,), 'self_attn.q_proj': (queries, width), 'self_attn.k_proj': (keys, width),
             'self_attn.v_proj': (keys, width), 'self_attn.o_proj': (width, queries), 'mlp.gate_proj': (inner, width),
             'mlp.up_proj': (inner, width), 'mlp.down_proj': (width, inner)}
    tensors = {'model.embed_tokens.weight': (config['vocab_size'], width), 'model.norm.weight': (width,)}
    for i in range(config['num_hidden_layers']):
        tensors |= {f'model.layers.{i}.{name}.weight': shape for name, shape in layer.items()}
    return tensors


def bf16(values):
    """f32 rounded to nearest even."""
    bits = values.view(numpy.uint32)
    return ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16).astype(numpy.uint16)


def numbers(shape, random):
    """Weights that keep the size of what they are multiplied with; norms near 1."""
    for first in range(0, numpy.prod(shape), AT_ONCE):
        count = min(AT_ONCE, numpy.prod(shape) - first)
        values = random.standard_normal(count, dtype=numpy.float32)
        yield bf16(1 + values / 8 if len(shape) == 1 else values / numpy.float32(shape[1] ** 0.5))


def main():
    folder, tokenizer = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    config = CONFIG | {'num_hidden_layers': int(sys.argv[3])}
    folder.mkdir(parents=True, exist_ok=True)
    for name in 'tokenizer.json', 'tokenizer_config.json':
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(tokenizer / name)
    (folder / 'config.json').write_text(json.dumps(config, indent=2) + '\n')
    tensors, header, end = shapes(config), {'__metadata__': {'format': 'pt'}}, 0
    for name, shape in tensors.items():
        begin, end = end, end + 2 * int(numpy.prod(shape))
        header[name] = {'dtype': 'BF16', 'shape': shape, 'data_offsets': [begin, end]}
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    random = numpy.random.default_rng(0)
    partial = folder / 'model.safetensors.partial'
    with open(partial, 'wb') as file:
        file.write(len(text).to_bytes(8, 'little') + text)
        for shape in tensors.values():
            for part in numbers(shape, random):
                file.write(part)
    partial.rename(folder / 'model.safetensors')


if __name__ == '__main__':
    main()
