// The options of the C interface: what a caller can choose, by the names of the command line's
// flags.
#ifndef GRAM_C_API_OPTIONS_H_
#define GRAM_C_API_OPTIONS_H_

#include <atomic>
#include <memory>

#include "engine/base/packed_layout.h"
#include "gram/c_api.h"
#include "gram/options.h"
#include "gram/rank.h"
#include "jobs/formats/mapper_options.h"
#include "tools/convert/convert.h"

struct gram_options {
  gram::JudgeOptions engine;
  gram::ScoreOptions score;
  gram::jobs::MapperOptions rows;
  bool line = false;      ///< verdict columns have the result line, too
  int64_t first_row = 1;  ///< number of a stream's first row
  gram::RankOptions rank;
  gram::convert::ConvertOptions convert;
};

struct gram_cancel {
  /// Streams hold it, too.
  std::shared_ptr<std::atomic<bool>> flag = std::make_shared<std::atomic<bool>>(false);
};

namespace gram::c_api {

/// What `options` say; where they are null, what goes without saying.
const gram_options& OrDefaults(const gram_options* options);

/// How the model is to be asked; `cancel` may be null.
ScoreOptions Asking(const gram_options* options, const gram_cancel* cancel);

}  // namespace gram::c_api

#endif  // GRAM_C_API_OPTIONS_H_
