// The provenance section: a JSON object that says where a packed file came from.
#ifndef GRAM_TOOLS_CONVERT_PROVENANCE_H_
#define GRAM_TOOLS_CONVERT_PROVENANCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gram::convert {

/// Fields: converter, source (the folder's own name, not its path), source_dtype, weight_dtype; and
/// ignored, the names of adapter files that the user had left out, where there are any.
std::string ConvertProvenance(const std::string& folder, std::string_view source_dtype,
                              std::string_view weight_dtype,
                              const std::vector<std::string>& ignored);

/// Fields: converter, source ("synthetic"), preset, seed, weight_dtype.
std::string SynthProvenance(std::string_view preset, uint64_t seed, std::string_view weight_dtype);

}  // namespace gram::convert

#endif  // GRAM_TOOLS_CONVERT_PROVENANCE_H_
