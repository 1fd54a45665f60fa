// That scores are made from what the model's checksums say.
#ifndef GRAM_ENGINE_API_MODEL_GUARD_H_
#define GRAM_ENGINE_API_MODEL_GUARD_H_

#include <atomic>

#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/format/reader.h"

namespace gram::api {

/// Watches one open file. Its tensors are checked when they are first to be used, which costs
/// reading them once; from then on a look at the file's stamp tells, in a microsecond, that nobody
/// has written to it. One thread at a time.
class ModelGuard {
 public:
  /// `file` must outlive this object. Without `verify` the first check is left out.
  ModelGuard(const format::PackedFile* file, const ExecContext& ctx, bool verify)
      : file_(file), ctx_(ctx), checked_(!verify), good_(file->opened_stamp()) {}

  /// To be called before weights are used. Errors: kCorrupt, which names the file and the tensor
  /// and comes again from then on; kIo; kCancelled (`cancel` may be null).
  Status Check(const std::atomic<bool>* cancel);

  /// After weights were used: whether nobody wrote to the file since Check. Where somebody did and
  /// it holds what it held, this is false: it may have been otherwise for a while, so what was
  /// computed does not count. Errors: those of Check.
  Result<bool> Untouched(const std::atomic<bool>* cancel);

 private:
  Status CheckAgain(const FileStamp& now, const std::atomic<bool>* cancel);

  const format::PackedFile* file_;
  ExecContext ctx_;
  bool checked_;
  FileStamp good_;  // of the file when it was last known to be whole
  Status fault_;
};

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_MODEL_GUARD_H_
