// Where a job writes and how it starts.
#ifndef GRAM_JOBS_RUN_RUN_OPTIONS_H_
#define GRAM_JOBS_RUN_RUN_OPTIONS_H_

#include <string>

namespace gram::jobs {

struct RunOptions {
  std::string output = "-";   ///< a path; "-": standard output
  bool resume = false;        ///< go on with the run that `output` is of
  bool retry_failed = false;  ///< likewise, and redo the rows that have an error
  bool force = false;         ///< start anew, whatever is there
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_RUN_RUN_OPTIONS_H_
