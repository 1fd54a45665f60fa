#include "engine/model/flops.h"

namespace gram::model {
namespace {

/// Weights of one layer that a row is multiplied with.
struct LayerSize {
  double kv;
  double rest;  // q, o, gate, up, down
};

LayerSize SizeOf(const format::ModelConfig& config) {
  const double width = config.hidden;
  const double queries = static_cast<double>(config.heads) * config.head_dim;
  const double keys = static_cast<double>(config.kv_heads) * config.head_dim;
  return {.kv = 2 * keys * width, .rest = 2 * queries * width + 3 * width * config.feed_forward};
}

/// (query, seen position) pairs of all rows.
double SeenByRows(const schedule::Plan& plan) {
  double seen = 0;
  for (const schedule::Segment& segment : plan.segments) {
    if (segment.kept) continue;
    // The row at position p sees p + 1 positions.
    seen += static_cast<double>(segment.length) *
            static_cast<double>(segment.start + 1 + segment.end()) / 2;
  }
  return seen;
}

double SeenByReadouts(const schedule::Plan& plan) {
  double seen = 0;
  for (const schedule::Readout& readout : plan.readouts) {
    seen += static_cast<double>(plan.segments[static_cast<size_t>(readout.segment)].end());
  }
  return seen;
}

}  // namespace

double ExecutedFlops(const format::ModelConfig& config, const schedule::Plan& plan) {
  const LayerSize layer = SizeOf(config);
  const double per_seen = 4.0 * config.heads * config.head_dim;
  const auto rows = static_cast<double>(plan.tokens.size());
  const auto readouts = static_cast<double>(plan.readouts.size());
  const double inner = 2 * rows * (layer.kv + layer.rest) + per_seen * SeenByRows(plan);
  const double last =
      2 * rows * layer.kv + 2 * readouts * layer.rest + per_seen * SeenByReadouts(plan);
  return (config.layers - 1.0) * inner + last + readouts * 2 * 2 * config.hidden;
}

}  // namespace gram::model
