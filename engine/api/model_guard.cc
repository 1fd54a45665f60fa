#include "engine/api/model_guard.h"

namespace gram::api {

Status ModelGuard::Check(const std::atomic<bool>* cancel) {
  GRAM_RETURN_IF_ERROR(fault_);
  GRAM_ASSIGN_OR_RETURN(const FileStamp now, file_->Stamp());
  if (now != good_) return CheckAgain(now, cancel);
  if (checked_) return {};
  const Status whole = file_->VerifyTensors(ctx_, cancel);
  if (whole.code() == StatusCode::kCorrupt) fault_ = whole;
  checked_ = whole.ok();
  return whole;
}

Status ModelGuard::CheckAgain(const FileStamp& now, const std::atomic<bool>* cancel) {
  const Status whole = file_->VerifyAgain(ctx_, cancel);
  // Whatever else the file is by now, it is not the one that was opened.
  if (whole.code() == StatusCode::kCorrupt || whole.code() == StatusCode::kUnsupported) {
    fault_ = Corrupt("the model was changed while it was in use: " + whole.message());
    return fault_;
  }
  GRAM_RETURN_IF_ERROR(whole);
  good_ = now;  // taken before it was read: a write meanwhile shows as another stamp
  checked_ = true;
  return {};
}

Result<bool> ModelGuard::Untouched(const std::atomic<bool>* cancel) {
  GRAM_ASSIGN_OR_RETURN(const FileStamp now, file_->Stamp());
  if (now == good_) return true;
  GRAM_RETURN_IF_ERROR(CheckAgain(now, cancel));
  return false;
}

}  // namespace gram::api
