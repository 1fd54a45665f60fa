// What convert and inspect were pointed at, and what to do where it is something else than they
// read.
#ifndef GRAM_TOOLS_CONVERT_SOURCE_H_
#define GRAM_TOOLS_CONVERT_SOURCE_H_

#include <string>

#include "engine/base/status.h"

namespace gram::convert {

/// No error where `path` is a folder with a config.json and safetensors weights (which may still be
/// unsound). Otherwise one line: what it is, and how to get such a folder from it.
Status CheckIsCheckpoint(const std::string& path);

/// No error where `path` is a packed model (which may still be unsound) or cannot be told from a
/// damaged one. Otherwise one line: what it is, and how to get a packed model from it.
Status CheckIsPackedModel(const std::string& path);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_SOURCE_H_
