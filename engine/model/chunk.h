// A batch's rows cut into chunks small enough for their activations to stay in cache.
#ifndef GRAM_ENGINE_MODEL_CHUNK_H_
#define GRAM_ENGINE_MODEL_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/schedule/plan.h"

namespace gram::model {

/// Rows of a chunk that are consecutive positions of one segment.
struct RowRun {
  int32_t segment;
  size_t row;       ///< first row in the chunk
  size_t tokens;    ///< rows
  size_t position;  ///< of the first row
};

struct Chunk {
  size_t first_row = 0;  ///< in the batch
  size_t rows = 0;
  std::vector<RowRun> runs;  ///< in row order; together all rows
};

/// The plan's rows in chunks of `chunk_rows`, the last one shorter.
std::vector<Chunk> CutRows(const schedule::Plan& plan, size_t chunk_rows);

/// The readouts' rows as a chunk: row i is the last token of plan.readouts[first + i], i < count.
Chunk ReadoutChunk(const schedule::Plan& plan, size_t first, size_t count);

}  // namespace gram::model

#endif  // GRAM_ENGINE_MODEL_CHUNK_H_
