// A batch of prompts as data: the segments of a prefix forest, their tokens, and where to read out.
#ifndef GRAM_ENGINE_SCHEDULE_PLAN_H_
#define GRAM_ENGINE_SCHEDULE_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace gram::schedule {

/// A limit on the length of prompts that share which none of them reaches.
inline constexpr size_t kShareAll = std::numeric_limits<size_t>::max();

using TokenId = int32_t;
using Prompt = std::vector<TokenId>;

/// A run of tokens that follow one another: an edge of the prefix tree. Its tokens attend to all of
/// its ancestors' and, causally, to its own.
struct Segment {
  int32_t parent;    ///< an earlier segment, or -1 at the start of a prompt
  size_t start;      ///< position of its first token in the prompt, = end of the parent
  size_t length;     ///< tokens, >= 1
  size_t first_row;  ///< its first token's row in the batch; 0 for a cached segment
  bool cached;       ///< its K/V is the engine's cached prefix: it has no rows
  size_t end() const { return start + length; }
};

/// The last token of segment `segment` is the last token of prompt `prompt`.
struct Readout {
  size_t prompt;  ///< index into the planner's input
  int32_t segment;
};

/// Rows are tokens; segments that have rows lie one after the other in row order, parents before
/// children.
struct Plan {
  std::vector<TokenId> tokens;  ///< [rows]
  std::vector<Segment> segments;
  std::vector<Readout> readouts;
};

}  // namespace gram::schedule

#endif  // GRAM_ENGINE_SCHEDULE_PLAN_H_
