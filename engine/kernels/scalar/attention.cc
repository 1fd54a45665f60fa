// Attention with an online softmax, plain C++ in f32: the reference for every other folder.
#include "engine/kernels/scalar/kernels.h"

namespace gram::kernels::scalar {
namespace {

/// One query row against all its blocks. scores [64] and acc [padded_dim] are scratch.
void AttendRow(const AttentionArgs& args, const float* q, size_t position, float* scores,
               float* acc, float* out) {
  float maximum = -__builtin_inff();
  float sum = 0;
  for (size_t d = 0; d < args.padded_dim; ++d) acc[d] = 0;
  for (size_t block = 0; block * kBlockPositions <= position; ++block) {
    const auto* base = static_cast<const unsigned char*>(args.blocks[block]);
    const auto* k = reinterpret_cast<const float*>(base + args.k_offset);  // [padded_dim][64]
    const auto* v = reinterpret_cast<const float*>(base + args.v_offset);  // [64][padded_dim]
    const size_t left = position - block * kBlockPositions + 1;
    const size_t seen = left < kBlockPositions ? left : kBlockPositions;

    for (size_t j = 0; j < kBlockPositions; ++j) scores[j] = 0;
    for (size_t d = 0; d < args.head_dim; ++d) {
      for (size_t j = 0; j < kBlockPositions; ++j) scores[j] += q[d] * k[d * kBlockPositions + j];
    }
    float new_maximum = maximum;
    for (size_t j = 0; j < seen; ++j) {
      scores[j] *= args.scale;
      if (scores[j] > new_maximum) new_maximum = scores[j];
    }
    const float correction = __builtin_expf(maximum - new_maximum);
    maximum = new_maximum;
    sum *= correction;
    for (size_t d = 0; d < args.head_dim; ++d) acc[d] *= correction;
    for (size_t j = 0; j < seen; ++j) {
      const float p = __builtin_expf(scores[j] - maximum);
      sum += p;
      for (size_t d = 0; d < args.head_dim; ++d) acc[d] += p * v[j * args.padded_dim + d];
    }
  }
  for (size_t d = 0; d < args.head_dim; ++d) out[d] = acc[d] / sum;
}

}  // namespace

void Attention(const AttentionArgs& args) {
  float* scores = args.scratch;
  float* acc = args.scratch + kBlockPositions;
  for (size_t t = 0; t < args.tokens; ++t) {
    for (size_t g = 0; g < args.group; ++g) {
      const auto* q =
          static_cast<const float*>(args.q) + t * args.q_token_stride + g * args.padded_dim;
      auto* out = static_cast<float*>(args.out) + t * args.out_token_stride + args.out_column +
                  g * args.head_dim;
      AttendRow(args, q, args.first_position + t, scores, acc, out);
    }
  }
}

}  // namespace gram::kernels::scalar
