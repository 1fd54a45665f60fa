// How many threads a caller wants.
#ifndef GRAM_ENGINE_API_THREADS_ASKED_H_
#define GRAM_ENGINE_API_THREADS_ASKED_H_

#include <string>

#include "engine/base/exec_context.h"
#include "engine/base/status.h"
#include "gram/options.h"

namespace gram::api {

inline constexpr int kMaxThreads = 1024;

/// options.threads, or where that is 0 one for each core. Errors: kInvalidArgument.
inline Result<int> ThreadsAsked(const JudgeOptions& options) {
  if (options.threads < 0 || options.threads > kMaxThreads) {
    return InvalidArgument("threads must be between 0 and " + std::to_string(kMaxThreads) +
                           ", not " + std::to_string(options.threads));
  }
  return options.threads == 0 ? AvailableCores() : options.threads;
}

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_THREADS_ASKED_H_
