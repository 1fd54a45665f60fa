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

}  // namespace gram::c_api

#endif  // GRAM_C_API_JUDGE_H_
