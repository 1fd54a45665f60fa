#include "tools/convert/packing.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "engine/base/aligned_buffer.h"
#include "engine/base/packed_layout.h"
#include "engine/format/layout.h"

namespace gram::convert {
namespace {

constexpr uint64_t kStripRows = PackedLayout::kBlockCols;

struct Strips {
  AlignedBuffer<std::byte> rows;   // as the source gives them
  AlignedBuffer<std::byte> block;  // packed
};

DType DTypeOf(const format::TensorRecord& record) { return static_cast<DType>(record.dtype); }

Strips StripsFor(const std::vector<format::TensorRecord>& records) {
  size_t largest = 0;
  for (const format::TensorRecord& record : records) {
    largest = std::max(largest, PackedLayout{kStripRows, record.cols, DTypeOf(record)}.bytes());
  }
  return {AlignedBuffer<std::byte>(largest), AlignedBuffer<std::byte>(largest)};
}

// The block of `count` rows that lie in strips.rows, in strips.block.
std::span<const std::byte> Pack(const format::TensorRecord& record, uint64_t count,
                                Strips& strips) {
  const PackedLayout layout{kStripRows, record.cols, DTypeOf(record)};
  PackBlock(layout, strips.rows.data(), count, strips.block.data());
  return {strips.block.data(), layout.block_bytes()};
}

// A strip is the rows of one block, so that memory does not depend on the tensor's size.
Status PackTensor(size_t index, const RowSource& source, Strips& strips,
                  format::PackedFileWriter& writer) {
  const format::TensorRecord& record = writer.records()[index];
  const uint64_t row_bytes = record.cols * ElementBytes(DTypeOf(record));
  const bool packed = record.layout == static_cast<uint32_t>(format::LayoutTag::kPacked64);
  for (uint64_t first = 0; first < record.rows; first += kStripRows) {
    const uint64_t count = std::min(kStripRows, record.rows - first);
    const std::span<std::byte> rows(strips.rows.data(), count * row_bytes);
    GRAM_RETURN_IF_ERROR(source(index, first, count, rows));
    GRAM_RETURN_IF_ERROR(writer.Append(
        index, packed ? Pack(record, count, strips) : std::span<const std::byte>(rows)));
  }
  return {};
}

using Json = nlohmann::ordered_json;

constexpr char kConverter[] = "gram-cpu " GRAM_VERSION;

// Paths may hold bytes that are not UTF-8: they are replaced, nothing throws.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string BaseName(const std::string& folder) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::canonical(folder, error);
  if (error) path = folder;
  return path.filename().string();
}

}  // namespace

Status PackTensors(const RowSource& source, const ProgressCallback& progress,
                   format::PackedFileWriter& writer) {
  const auto& records = writer.records();
  Strips strips = StripsFor(records);
  PackProgress state;
  state.tensors = records.size();
  for (const format::TensorRecord& record : records) state.total_bytes += record.bytes;
  for (size_t i = 0; i < records.size(); ++i) {
    state.tensor = i;
    state.next = writer.table()[i].name;
    if (progress) progress(state);
    GRAM_RETURN_IF_ERROR(PackTensor(i, source, strips, writer));
    state.bytes += records[i].bytes;
  }
  state.tensor = records.size();
  state.next = {};
  if (progress) progress(state);
  return {};
}

std::string ConvertProvenance(const ConvertOptions& options, std::string_view source_dtype,
                              std::string_view weight_dtype,
                              const std::vector<std::string>& ignored) {
  Json json = {{"converter", kConverter},
               {"source", BaseName(options.folder)},
               {"source_dtype", source_dtype},
               {"weight_dtype", weight_dtype}};
  if (!options.readout.empty()) json["readout"] = options.readout;
  if (!ignored.empty()) json["ignored"] = ignored;
  return Dump(json);
}

std::string SynthProvenance(const SynthOptions& options, std::string_view weight_dtype) {
  Json json = {{"converter", kConverter}, {"source", "synthetic"}, {"preset", options.preset}};
  if (options.layers > 0) json["layers"] = options.layers;
  json["seed"] = options.seed;
  json["weight_dtype"] = weight_dtype;
  return Dump(json);
}

}  // namespace gram::convert
