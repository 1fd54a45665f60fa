// Which tensors of a checkpoint, or which rows of them, make each tensor of a packed file.
#ifndef GRAM_TOOLS_CONVERT_TENSOR_PARTS_H_
#define GRAM_TOOLS_CONVERT_TENSOR_PARTS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/format/model_config.h"
#include "tools/convert/family.h"

namespace gram::convert {

/// Rows of one tensor of a checkpoint, or the whole of it.
struct TensorPart {
  std::string name;             ///< in the checkpoint
  std::vector<uint64_t> shape;  ///< that it must have there
  uint64_t first_row = 0;
  uint64_t rows = 0;  ///< of a vector's n numbers, each a row
};

/// The parts whose rows, one after the other, make the packed file's tensor `spec`, one of
/// TensorTable(model)'s. `readout_tokens` are the tokens whose rows of the LM head are the
/// reward's, where the model's readout is of that kind; else empty.
std::vector<TensorPart> PartsOf(const format::TensorSpec& spec, const Family& family,
                                const format::ModelDescription& model,
                                std::span<const int32_t> readout_tokens);

/// Whether transformers would pass over a tensor of this name, which says nothing: tables that
/// older versions saved although they follow from config.json.
bool IsDerived(const std::string& name);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_TENSOR_PARTS_H_
