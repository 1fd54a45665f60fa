// The judge of the C interface.
#ifndef GRAM_C_API_JUDGE_H_
#define GRAM_C_API_JUDGE_H_

#include <sys/types.h>

#include <memory>

#include "engine/base/status.h"
#include "gram/c_api.h"
#include "gram/judge.h"

struct gram_judge {
  std::shared_ptr<gram::Judge> judge;  ///< streams hold it, too
  pid_t owner = 0;                     ///< the process that opened it
};

namespace gram::c_api {

/// kInvalidArgument where there is no judge, or one of the process that this one was forked from:
/// its threads are not here.
Status CheckJudge(const gram_judge* judge);

/// The error of all `results` where they have one for one reason that is no pair's own: the call's.
Status CommonFault(std::span<const Result<Verdict>> results);

}  // namespace gram::c_api

#endif  // GRAM_C_API_JUDGE_H_
