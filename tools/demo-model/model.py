"""A Qwen3 language model in plain PyTorch, small enough to train on one CPU core."""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional


@dataclass(frozen=True)
class Config:
    """The shape of the model, in the terms of a Hugging Face config.json."""

    vocab_size: int
    hidden_size: int = 192
    intermediate_size: int = 384
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 64
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    max_position_embeddings: int = 4096


class RmsNorm(nn.Module):
    """x / rms(x) * weight, in f32."""

    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def rotary_table(config, length):
    """cos and sin of every position and pair of dimensions, [length, head_dim] each."""
    half = config.head_dim // 2
    frequency = config.rope_theta ** (-torch.arange(half).float() / half)
    angle = torch.arange(length).float()[:, None] * frequency[None, :]
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    """Rotary embedding of x [B, heads, T, head_dim] in the rotate-half layout."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


class Attention(nn.Module):
    """Causal attention with grouped keys and values, and RMS norm on queries and keys."""

    def __init__(self, config):
        super().__init__()
        self.heads = config.num_attention_heads
        self.kv_heads = config.num_key_value_heads
        self.size = config.head_dim
        hidden = config.hidden_size
        self.q_proj = nn.Linear(hidden, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv_heads * self.size, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv_heads * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, hidden, bias=False)
        self.q_norm = RmsNorm(self.size, config.rms_norm_eps)
        self.k_norm = RmsNorm(self.size, config.rms_norm_eps)

    def forward(self, x, cos, sin, mask, before=None):
        """x [B, T, D] at the positions of cos and sin; `before` holds (k, v) of a shared prefix.

        mask [H / K * T, prefix + T] is added to the scores. Returns the output, and (k, v) of x.
        """
        rows, length, _ = x.shape
        q = self.q_norm(self.q_proj(x).view(rows, length, self.heads, self.size)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(rows, length, self.kv_heads, self.size)).transpose(1, 2)
        v = self.v_proj(x).view(rows, length, self.kv_heads, self.size).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        own = (k, v)
        if before is not None:
            k = torch.cat([before[0].expand(rows, -1, -1, -1), k], dim=2)
            v = torch.cat([before[1].expand(rows, -1, -1, -1), v], dim=2)
        # The query heads of one key head are rows of one product: no copy of k and v.
        group = self.heads // self.kv_heads
        q = q.reshape(rows, self.kv_heads, group * length, self.size)
        scores = torch.matmul(q, k.transpose(2, 3)).float() / math.sqrt(self.size)
        weights = torch.softmax(scores + mask, dim=-1)
        mixed = torch.matmul(weights, v.to(weights.dtype))
        mixed = mixed.view(rows, self.heads, length, self.size).transpose(1, 2)
        return self.o_proj(mixed.reshape(rows, length, self.heads * self.size)), own


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, config):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    """Norm, attention, residual; norm, feed-forward, residual."""

    def __init__(self, config):
        super().__init__()
        self.input_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = FeedForward(config)

    def forward(self, x, cos, sin, mask, before=None):
        mixed, own = self.self_attn(self.input_layernorm(x), cos, sin, mask, before)
        x = x + mixed.float()
        return x + self.mlp(self.post_attention_layernorm(x)).float(), own


class JudgeModel(nn.Module):
    """The language model, with a head that is there for training alone.

    `answer_head` says, two layers before the end, whether an answer that just ended is right. It is a
    signal for the layers that read an answer; the last two layers compare. Export leaves it out.
    """

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.answer_head = nn.Linear(config.hidden_size, 1)
        self.answer_layer = config.num_hidden_layers - 3
        nn.init.normal_(self.embed_tokens.weight, std=0.05)
        for name, weight in self.layers.named_parameters():
            if weight.dim() == 2:
                into_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                depth = 2 * config.num_hidden_layers if into_residual else 1
                nn.init.normal_(weight, std=(weight.shape[1] * depth) ** -0.5)

    def mask(self, length, prefix):
        group = self.config.num_attention_heads // self.config.num_key_value_heads
        causal = torch.full((length, prefix + length), -1e9).triu(prefix + 1)
        return causal.repeat(group, 1)

    def run_prefix(self, ids):
        """(k, v) of every layer for the ids that all rows begin with; gradients flow through them."""
        x = self.embed_tokens(torch.tensor([ids]))
        cos, sin = rotary_table(self.config, len(ids))
        mask = self.mask(len(ids), 0)
        stored = []
        for layer in self.layers:
            x, own = layer(x, cos, sin, mask)
            stored.append(own)
        return stored

    def forward(self, ids, prefix):
        """Hidden states [B, T, D] of ids [B, T] after the prefix of run_prefix: (last, those for answer_head)."""
        x = self.embed_tokens(ids)
        before = prefix[0][0].shape[2]
        cos, sin = rotary_table(self.config, before + ids.shape[1])
        cos, sin = cos[before:], sin[before:]
        mask = self.mask(ids.shape[1], before)
        middle = None
        for index, layer in enumerate(self.layers):
            x, _ = layer(x, cos, sin, mask, prefix[index])
            if index == self.answer_layer:
                middle = x
        return self.norm(x), middle

    def logits(self, hidden):
        return functional.linear(hidden, self.embed_tokens.weight).float()
