// The library's version.
#ifndef GRAM_VERSION_H_
#define GRAM_VERSION_H_

#include <string>

namespace gram {

/// "MAJOR.MINOR.PATCH" of the library in use.
std::string Version();

/// The instruction sets this build has kernels for and this CPU can run, fastest first, such as
/// "avx512_bf16 avx512 avx2 scalar".
std::string AvailableIsaNames();

}  // namespace gram

#endif  // GRAM_VERSION_H_
