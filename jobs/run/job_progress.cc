#include "jobs/run/job_progress.h"

namespace gram::jobs {

void JobProgress::StartFrom(const Totals& totals) {
  earlier_ = totals;
  earlier_position_ = source_.bytes_read();
}

ProgressState JobProgress::State(const Totals& totals) const {
  ProgressState state;
  state.rows = totals.rows;
  state.failed = totals.failed_rows();
  state.flips = totals.orders_disagree;
  state.tokens = totals.tokens - earlier_.tokens;
  state.position = source_.bytes_read();
  state.size = source_.bytes_total().value_or(0);
  state.resumed_rows = earlier_.rows;
  state.resumed_position = earlier_position_;
  return state;
}

}  // namespace gram::jobs
