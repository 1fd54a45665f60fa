// Writes a packed model file in one pass: metadata first, then each tensor strip by strip.
#ifndef GRAM_ENGINE_FORMAT_WRITER_H_
#define GRAM_ENGINE_FORMAT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/atomic_file.h"
#include "engine/format/checksum.h"
#include "engine/format/layout.h"
#include "engine/format/model_config.h"

namespace gram::format {

/// Everything in a packed file but the tensors' bytes.
struct Metadata {
  ModelDescription model;
  DType weight_dtype = DType::kBf16;  ///< of every matrix and of the embedding and LM head
  ChatPieces chat;
  std::string tokenizer;   ///< tokenizer::Tokenizer::Serialize()'s bytes
  std::string provenance;  ///< JSON text
};

/// Memory: the metadata. The file appears at its path when Finish() succeeds, complete and on disk;
/// a writer destroyed before that leaves nothing. Move-only; one thread at a time.
class PackedFileWriter {
 public:
  /// Errors: those of Validate(model) and AtomicFile::Create; kIo.
  static Result<PackedFileWriter> Create(const std::string& path, Metadata metadata);

  /// The tensors to append, in order: TensorTable(model).
  const std::vector<TensorSpec>& table() const { return table_; }
  /// Where and in which form each goes; same order.
  const std::vector<TensorRecord>& records() const { return records_; }
  /// The size the file will have.
  uint64_t file_bytes() const { return file_bytes_; }

  /// The next bytes of tensor table()[index], as stored. Tensors come in order and each in full:
  /// anything else is kInternal. kIo where the disk is full or fails.
  Status Append(size_t index, std::span<const std::byte> bytes);

  /// Fills in checksums and header and gives the file its name. kInternal if a tensor is
  /// incomplete; kIo, kNotFound as AtomicFile::Commit.
  Status Finish();

 private:
  PackedFileWriter(AtomicFile file, Metadata metadata);
  Status AppendPadded(std::span<const std::byte> bytes);
  Status WriteMetadata();

  AtomicFile file_;
  Metadata metadata_;
  std::vector<TensorSpec> table_;
  std::vector<TensorRecord> records_;
  FileHeader header_{};
  uint64_t file_bytes_ = 0;
  RunningChecksum running_;
  size_t current_ = 0;   // tensor that gets the next bytes
  uint64_t filled_ = 0;  // bytes it has
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_WRITER_H_
