"""The model as an ordinary Hugging Face folder."""

import json
import struct

from bpe import SPECIAL, tokenizer_json

TEMPLATE = (
    "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
    "{%- endif %}")


def write_json(path, value, indent=2):
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")


def write_safetensors(path, tensors):
    """tensors: name to f32 tensor; written as BF16, which loses nothing once they are rounded."""
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        # The upper half of an f32 is its bf16.
        halves = tensor.detach().contiguous().numpy().view("<u4") >> 16
        blob = halves.astype("<u2").tobytes()
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def named_tensors(model):
    """The names that Qwen3 checkpoints have; the embedding is the LM head, too."""
    return {f"model.{name}": weight for name, weight in model.named_parameters() if not name.startswith("answer_head")}


def config_json(config):
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "dtype": "bfloat16",
        "head_dim": config.head_dim,
        "hidden_act": "silu",
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "max_position_embeddings": config.max_position_embeddings,
        "model_type": "qwen3",
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "num_key_value_heads": config.num_key_value_heads,
        "rms_norm_eps": config.rms_norm_eps,
        "rope_parameters": {"rope_theta": config.rope_theta, "rope_type": "default"},
        "tie_word_embeddings": True,
        "use_sliding_window": False,
        "vocab_size": config.vocab_size,
    }


def tokenizer_config_json(tokenizer):
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": {str(tokenizer.special[text]): {"content": text, **flags, "special": "think" not in text}
                                 for text in SPECIAL},
        "bos_token": None,
        "chat_template": TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "model_max_length": 4096,
        "pad_token": "<|endoftext|>",
        "tokenizer_class": "Qwen2Tokenizer",
    }


def write_folder(folder, model, tokenizer):
    folder.mkdir(exist_ok=True)
    write_safetensors(folder / "model.safetensors", named_tensors(model))
    write_json(folder / "config.json", config_json(model.config))
    write_json(folder / "tokenizer.json", tokenizer_json(tokenizer), indent=None)
    write_json(folder / "tokenizer_config.json", tokenizer_config_json(tokenizer))
