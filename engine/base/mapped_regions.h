// Which file lies at an address: for a signal handler that has to say what was cut short.
#ifndef GRAM_ENGINE_BASE_MAPPED_REGIONS_H_
#define GRAM_ENGINE_BASE_MAPPED_REGIONS_H_

#include <cstddef>
#include <string>

namespace gram {

/// Notes that `path` is mapped at [data, data + size). Gives the number that RemoveMappedRegion
/// takes, or -1 where all places are taken: the file is then not found by MappedFileAt.
int AddMappedRegion(const void* data, size_t size, const std::string& path);

void RemoveMappedRegion(int region);

/// The path of the file that is mapped at `address`, cut to some hundred bytes; null where none is.
/// Takes no lock and no memory, so a signal handler may call it. The text lives until the file is
/// unmapped.
const char* MappedFileAt(const void* address);

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_MAPPED_REGIONS_H_
