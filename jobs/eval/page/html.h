// Text as HTML, whoever wrote it.
#ifndef GRAM_JOBS_EVAL_PAGE_HTML_H_
#define GRAM_JOBS_EVAL_PAGE_HTML_H_

#include <string>
#include <string_view>
#include <vector>

#include "jobs/eval/scoreboard.h"

namespace gram::jobs {

/// `text`, UTF-8, for the content of an element or a quoted attribute: what HTML would take for its
/// own is spelled as references, control characters other than tabs and line feeds as their
/// pictures (U+2400 and following). Bytes that are not UTF-8 become U+FFFD.
std::string Escaped(std::string_view text);

/// <TAG ATTRIBUTES>content</TAG>; `content` is HTML, `attributes` is empty or such as
/// "class=\"a\"".
std::string Element(std::string_view tag, std::string_view attributes, std::string_view content);

/// A table whose first column names the lines; `header` and `lines` are HTML.
std::string HtmlTable(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& lines);

/// A part that is folded away; `summary` and `content` are HTML.
std::string Folded(std::string_view summary, std::string_view content);

/// A number with so many digits behind the point; "–" where it is none, "∞" for an infinity.
std::string Decimal(double value, int digits);

/// A share of 1 as "60.4".
std::string Percent(double share);

/// "60.4" and, small, its interval; HTML.
std::string PercentWithInterval(const Estimate& estimate);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PAGE_HTML_H_
