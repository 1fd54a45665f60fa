// Numbers that are too large for a JSON parser of 64-bit integers. Tokenizer files have them:
// "model_max_length": 1000000000000000019884624838656.
#ifndef GRAM_ENGINE_BASE_JSON_NUMBERS_H_
#define GRAM_ENGINE_BASE_JSON_NUMBERS_H_

#include <string>
#include <string_view>

namespace gram {

/// `json` with ".0" behind every whole number of 19 digits or more, so that it is read as a
/// floating-point number. Texts stay as they are; what is not JSON does not become JSON.
std::string WithLargeNumbersAsFloats(std::string_view json);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_JSON_NUMBERS_H_
