// The threads an engine may use: passed down as an argument, never ambient.
#ifndef GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
#define GRAM_ENGINE_BASE_EXEC_CONTEXT_H_

namespace gram {

struct ExecContext {
  int threads = 1;  ///< >= 1
};

/// The CPUs that this process may run on (its affinity mask), at least 1.
int AvailableCpus();

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_EXEC_CONTEXT_H_
