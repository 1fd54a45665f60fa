// The threads an engine may use: passed down as an argument, never ambient.
#ifndef GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
#define GRAM_ENGINE_BASE_EXEC_CONTEXT_H_

namespace gram {

struct ExecContext {
  int threads = 1;  ///< >= 1
};

/// The physical cores that this process may use, at least 1: those of its affinity mask, hardware
/// threads of one core counted once, and no more than its cgroups' CPU quota, rounded up.
int AvailableCores();

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
