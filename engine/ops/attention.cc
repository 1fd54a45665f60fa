#include "engine/ops/attention.h"

#include <algorithm>
#include <cmath>

namespace gram::ops {
namespace {

constexpr size_t kTasksAThread = 4;  // so that threads finish at about the same time
constexpr size_t kLeastRows = 32;    // of a task: below that, K and V are read too often

/// As many as a kernel call takes, fewer where that makes too few tasks for the threads.
size_t TokensATask(const HeadShape& shape, size_t most, size_t least,
                   std::span<const QueryRun> runs, size_t threads) {
  size_t tokens = 0;
  for (const QueryRun& run : runs) tokens += run.tokens;
  size_t a_task = most;
  while (a_task / 2 >= least && tokens / a_task * shape.kv_heads < kTasksAThread * threads) {
    a_task /= 2;
  }
  return a_task;
}

/// The tasks of one kv head follow one another, so that its keys and values stay in cache.
void Cut(const HeadShape& shape, size_t query_rows, std::span<const QueryRun> runs, size_t threads,
         std::vector<AttentionTask>* tasks) {
  const size_t group = shape.heads / shape.kv_heads;
  const size_t heads_a_task = std::min(group, query_rows);
  const size_t tokens_a_task =
      TokensATask(shape, query_rows / heads_a_task, std::max<size_t>(kLeastRows / heads_a_task, 1),
                  runs, threads);
  tasks->clear();
  for (const QueryRun& run : runs) {
    for (size_t kv_head = 0; kv_head < shape.kv_heads; ++kv_head) {
      for (size_t head = 0; head < group; head += heads_a_task) {
        for (size_t token = 0; token < run.tokens; token += tokens_a_task) {
          tasks->push_back({&run, token, std::min(tokens_a_task, run.tokens - token), kv_head,
                            kv_head * group + head, std::min(heads_a_task, group - head)});
        }
      }
    }
  }
}

}  // namespace

float ScoreScale(float width) { return 1.0F / std::sqrt(width); }

void Attention(const Compute& compute, const HeadShape& shape, const ScoreRule& rule,
               std::span<const QueryRun> runs, const void* q, AttentionScratch* scratch,
               void* out) {
  std::vector<AttentionTask>& tasks = scratch->tasks;
  Cut(shape, compute.kernels->query_rows, runs, static_cast<size_t>(compute.ctx.threads()), &tasks);
  const size_t q_stride = shape.heads * shape.padded_dim;
  const kernels::ActivationLayout layout = compute.Layout(shape.heads * shape.head_dim);
  ParallelFor(compute.ctx, static_cast<int64_t>(tasks.size()), [&](int64_t index, int worker) {
    const AttentionTask& task = tasks[static_cast<size_t>(index)];
    const size_t row = task.run->row + task.first_token;
    const size_t q_at = row * q_stride + task.first_head * shape.padded_dim;
    const size_t k_offset = 2 * task.kv_head * shape.head_block_bytes();
    compute.kernels->attention(
        {.q = static_cast<const std::byte*>(q) + q_at * shape.element_bytes(),
         .q_token_stride = q_stride,
         .tokens = task.tokens,
         .group = task.heads,
         .first_position = task.run->position + task.first_token,
         .blocks = task.run->blocks,
         .k_offset = k_offset,
         .v_offset = k_offset + shape.head_block_bytes(),
         .head_dim = shape.head_dim,
         .padded_dim = shape.padded_dim,
         .scale = rule.scale,
         .softcap = rule.softcap,
         .window = rule.window,
         .out = static_cast<std::byte*>(out) + layout.At(row, 0) * shape.element_bytes(),
         .out_column = task.first_head * shape.head_dim,
         .out_layout = layout,
         .scratch = scratch->ForWorker(worker)});
  });
}

}  // namespace gram::ops
