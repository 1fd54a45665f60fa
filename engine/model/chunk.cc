#include "engine/model/chunk.h"

#include <algorithm>

namespace gram::model {

std::vector<Chunk> CutRows(const schedule::Plan& plan, size_t chunk_rows) {
  std::vector<Chunk> chunks;
  for (size_t i = 0; i < plan.segments.size(); ++i) {
    const schedule::Segment& segment = plan.segments[i];
    if (segment.cached) continue;
    for (size_t done = 0; done < segment.length;) {
      if (chunks.empty() || chunks.back().rows == chunk_rows) {
        chunks.push_back({segment.first_row + done, 0, {}});
      }
      Chunk& chunk = chunks.back();
      const size_t tokens = std::min(segment.length - done, chunk_rows - chunk.rows);
      chunk.runs.push_back({static_cast<int32_t>(i), chunk.rows, tokens, segment.start + done});
      chunk.rows += tokens;
      done += tokens;
    }
  }
  return chunks;
}

Chunk ReadoutChunk(const schedule::Plan& plan, size_t first, size_t count) {
  Chunk chunk;
  for (size_t i = 0; i < count; ++i) {
    const int32_t segment = plan.readouts[first + i].segment;
    chunk.runs.push_back({segment, i, 1, plan.segments[static_cast<size_t>(segment)].end() - 1});
  }
  chunk.rows = count;
  return chunk;
}

}  // namespace gram::model
