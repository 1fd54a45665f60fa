// What the operating system knows about this process: its age and its own memory.
#ifndef GRAM_ENGINE_BASE_PROCESS_STATS_H_
#define GRAM_ENGINE_BASE_PROCESS_STATS_H_

#include "engine/base/status.h"

namespace gram {

/// Wall-clock seconds since this process started; resolution one tick of the kernel's clock,
/// usually 10 ms. Errors: kIo where /proc does not tell.
Result<double> SecondsSinceProcessStart();

/// Bytes of anonymous memory in RAM now: heap and stacks, but no page of a mapped file. Errors: kIo
/// where /proc does not tell.
Result<double> AnonymousBytes();

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_PROCESS_STATS_H_
