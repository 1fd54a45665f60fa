// Plots as SVG that stands in a page of HTML, with what they show in words.
#ifndef GRAM_JOBS_EVAL_PAGE_PLOT_H_
#define GRAM_JOBS_EVAL_PAGE_PLOT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gram::jobs {

/// One axis: its name, where it begins and ends, and how its numbers are written.
struct Axis {
  std::string name;
  double low = 0;
  double high = 1;
  bool percent = true;  ///< shares of 1, written as percent
  int ticks = 5;        ///< equal steps from low to high
};

struct Plot {
  std::string id;           ///< of the element; a word, once in a page
  std::string title;        ///< plain text
  std::string description;  ///< plain text: what can be seen
  Axis x;
  Axis y;
  std::vector<std::pair<double, double>> points;  ///< in the order of x; values beyond are cut off
  /// How many values each point stands for: then points are dots of that area, without a line.
  /// Empty: not told.
  std::vector<int64_t> counts = {};
  bool line = true;       ///< joined by a line; else each is a bar from the lower end of y
  bool diagonal = false;  ///< a line on which y = x
};

/// The figure element: the plot and, folded, its numbers as a table.
std::string PlotHtml(const Plot& plot);

/// The SVG alone, which is a picture file where `alone`.
std::string PlotSvg(const Plot& plot, bool alone = false);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PAGE_PLOT_H_
