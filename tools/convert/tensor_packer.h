// Streams one tensor after the other into a packed file, in the layout each must have.
#ifndef GRAM_TOOLS_CONVERT_TENSOR_PACKER_H_
#define GRAM_TOOLS_CONVERT_TENSOR_PACKER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "engine/base/aligned_buffer.h"
#include "engine/base/status.h"
#include "engine/format/writer.h"

namespace gram::convert {

/// How far a long job is.
struct Progress {
  size_t tensor = 0;         ///< tensors done
  size_t tensors = 0;        ///< of so many
  uint64_t bytes = 0;        ///< tensor bytes written
  uint64_t total_bytes = 0;  ///< of so many
  std::string_view next;     ///< tensor that comes next; empty at the end
};

/// Called before each tensor and once at the end, from the calling thread.
using ProgressCallback = std::function<void(const Progress&)>;

/// Fills `out` with rows [first, first + count) of tensor `index` of the table, row-major in its
/// stored dtype: count * cols elements. Called with rising rows, 64 at a time.
using RowSource =
    std::function<Status(size_t index, uint64_t first, uint64_t count, std::span<std::byte> out)>;

/// Packs and appends every tensor of `writer` from `source`. Memory: two strips of 64 rows of the
/// widest tensor. Errors: the source's and the writer's.
Status PackTensors(const RowSource& source, const ProgressCallback& progress,
                   format::PackedFileWriter& writer);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_TENSOR_PACKER_H_
