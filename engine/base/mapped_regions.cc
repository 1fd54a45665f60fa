#include "engine/base/mapped_regions.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

namespace gram {
namespace {

constexpr int kRegions = 64;  // a program maps a model or two, and now and then a small file
constexpr size_t kPathBytes = 512;

struct Region {
  std::atomic<bool> taken = false;
  std::atomic<uintptr_t> begin = 0;  // set last and cleared first: 0 while the rest may be wrong
  std::atomic<size_t> size = 0;
  std::array<char, kPathBytes> path{};
};
static_assert(std::atomic<uintptr_t>::is_always_lock_free);

// Global, since a handler can reach nothing else.
std::array<Region, kRegions> regions;

}  // namespace

int AddMappedRegion(const void* data, size_t size, const std::string& path) {
  for (int i = 0; i < kRegions; ++i) {
    Region& region = regions[static_cast<size_t>(i)];
    if (region.taken.exchange(true)) continue;
    const size_t bytes = path.copy(region.path.data(), kPathBytes - 1);
    region.path[bytes] = '\0';
    region.size = size;
    region.begin = reinterpret_cast<uintptr_t>(data);
    return i;
  }
  return -1;
}

void RemoveMappedRegion(int region) {
  if (region < 0) return;
  regions[static_cast<size_t>(region)].begin = 0;
  regions[static_cast<size_t>(region)].taken = false;
}

const char* MappedFileAt(const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  for (const Region& region : regions) {
    const uintptr_t begin = region.begin;
    if (begin != 0 && at >= begin && at - begin < region.size) return region.path.data();
  }
  return nullptr;
}

}  // namespace gram
