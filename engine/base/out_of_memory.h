// The border where running out of memory becomes a Status.
#ifndef GRAM_ENGINE_BASE_OUT_OF_MEMORY_H_
#define GRAM_ENGINE_BASE_OUT_OF_MEMORY_H_

#include <new>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace gram {

/// What `work`() returns, a Status or Result; kOutOfMemory, "out of memory DOING", where memory ran
/// out in it.
template <typename Work>
auto OrOutOfMemory(std::string_view doing, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("out of memory " + std::string(doing));
  }
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_OUT_OF_MEMORY_H_
