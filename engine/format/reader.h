// A packed model file, mapped read-only, its metadata checked, its tensors used in place.
#ifndef GRAM_ENGINE_FORMAT_READER_H_
#define GRAM_ENGINE_FORMAT_READER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/files.h"
#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/format/layout.h"
#include "engine/format/model_config.h"

namespace gram::format {

/// One tensor of an open file. `data` points into the mapping, 64-byte aligned.
struct TensorEntry {
  std::string name;
  TensorRole role;
  uint64_t rows;
  uint64_t cols;
  DType dtype;
  LayoutTag layout;
  uint64_t offset;    ///< bytes from the start of the file
  uint64_t checksum;  ///< xxh3-64 of the stored bytes
  std::span<const std::byte> data;
};

/// Move-only; immutable once open, so any number of threads may read it.
class PackedFile {
 public:
  /// Maps `path` and checks everything but the tensors' bytes: magic, version, declared size,
  /// header and metadata checksums, config, tensor list against TensorTable(model), tags, offsets.
  /// Cost: the metadata's size, not the file's. Errors: kNotFound, kIo, kCorrupt, kUnsupported,
  /// each naming the file and the field.
  static Result<PackedFile> Open(const std::string& path);

  const std::string& path() const { return file_.path(); }
  uint64_t file_bytes() const { return header_.file_bytes; }
  uint32_t version() const { return header_.version; }
  const ModelDescription& model() const { return model_; }
  const ModelConfig& config() const { return model_.config; }
  const Readout& readout() const { return model_.readout; }
  const ChatPieces& chat() const { return chat_; }
  DType weight_dtype() const { return weight_dtype_; }  ///< of every matrix, embedding and LM head
  std::string_view tokenizer_bytes() const;             ///< tokenizer::Tokenizer::Serialize()'s
  const std::vector<TensorEntry>& tensors() const { return tensors_; }  ///< in table order
  /// The tensor called `name`. The file has all of TensorTable(model()); kNotFound for any other.
  Result<const TensorEntry*> Tensor(std::string_view name) const;
  /// JSON text: source name, converter version, source dtype and the like.
  std::string_view provenance() const;
  /// One number for the whole content: it covers header, metadata and all tensor checksums.
  uint64_t model_checksum() const { return header_.checksum; }

  /// Reads tensors()[index] and the padding behind it, and compares. kCorrupt names the tensor;
  /// kInvalidArgument where there is none with this index.
  Status VerifyTensor(size_t index) const;

  /// Reads every tensor and compares checksums, on the threads of `ctx`: kCorrupt names the first,
  /// in table order, that differs. kCancelled soon after `cancel`, which may be null, is set.
  Status VerifyTensors(const ExecContext& ctx = {},
                       const std::atomic<bool>* cancel = nullptr) const;

  /// The same for a file that may have been written to since it was opened: its size, header and
  /// metadata are checked again first. Errors: also kUnsupported and kIo.
  Status VerifyAgain(const ExecContext& ctx, const std::atomic<bool>* cancel) const;

  /// Of the mapped file, now; opened_stamp(): when it was opened. Errors: kIo.
  Result<FileStamp> Stamp() const { return file_.Stamp(); }
  const FileStamp& opened_stamp() const { return opened_stamp_; }

 private:
  PackedFile(MappedFile file, const FileHeader& header) : file_(std::move(file)), header_(header) {}
  Status ReadTensorTable();
  bool IsWhole(size_t index) const;
  Status Damaged(size_t index) const;
  std::string_view Section(SectionKind kind) const;

  MappedFile file_;
  FileHeader header_;
  ModelDescription model_;
  ChatPieces chat_;
  DType weight_dtype_ = DType::kBf16;
  std::vector<TensorEntry> tensors_;
  FileStamp opened_stamp_;
};

}  // namespace gram::format

#endif  // GRAM_ENGINE_FORMAT_READER_H_
