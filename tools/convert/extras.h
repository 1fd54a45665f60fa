// What lies beside a checkpoint's weights and is not read: files that change the model are refused,
// others are told.
#ifndef GRAM_TOOLS_CONVERT_EXTRAS_H_
#define GRAM_TOOLS_CONVERT_EXTRAS_H_

#include <string>
#include <vector>

#include "engine/base/status.h"

namespace gram::convert {

struct Extras {
  std::vector<std::string> adapters;       ///< names of LoRA and other adapters' files
  std::vector<std::string> other_weights;  ///< names of weight files that no other file refers to
};

/// Looks at the names in `folder`. `read` holds the paths of the weights that are converted. kIo.
Result<Extras> FindExtras(const std::string& folder, const std::vector<std::string>& read);

/// kUnsupported, with how to merge it, where there is an adapter and `ignore` is false.
Status CheckAdapters(const std::string& folder, const Extras& extras, bool ignore);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_EXTRAS_H_
