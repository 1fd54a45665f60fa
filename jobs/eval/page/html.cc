#include "jobs/eval/page/html.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace gram::jobs {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The length of the UTF-8 sequence that begins `text`; 0 where none does. Overlong forms,
// surrogates and what lies beyond Unicode are none.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xC2 ? 0
                        : lead < 0xE0 ? 2
                        : lead < 0xF0 ? 3
                        : lead < 0xF5 ? 4
                                      : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool bad = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) >= 0xA0) ||
                   (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) >= 0x90);
  return bad ? 0 : length;
}

// U+2400 + c in UTF-8; U+2421 for DEL.
std::string Picture(unsigned char c) {
  const unsigned code = c == 0x7F ? 0x21 : c;
  return {'\xE2', '\x90', static_cast<char>(0x80U | code)};
}

void AppendAscii(char c, std::string& html) {
  switch (c) {
    case '&':
      html += "&amp;";
      return;
    case '<':
      html += "&lt;";
      return;
    case '>':
      html += "&gt;";
      return;
    case '"':
      html += "&quot;";
      return;
    case '\'':
      html += "&#39;";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  control ? html += Picture(byte) : html += c;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 1) {
      AppendAscii(text.front(), html);
    } else {
      html += length == 0 ? kReplacement : text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return html;
}

std::string Element(std::string_view tag, std::string_view attributes, std::string_view content) {
  std::string html = "<" + std::string(tag);
  if (!attributes.empty()) html.append(" ").append(attributes);
  return html.append(">").append(content).append("</").append(tag).append(">\n");
}

std::string HtmlTable(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& lines) {
  std::string head;
  for (const std::string& name : header) head += "<th scope=\"col\">" + name + "</th>";
  std::string body;
  for (const std::vector<std::string>& line : lines) {
    std::string cells;
    for (size_t i = 0; i < line.size(); ++i) {
      cells += i == 0 ? "<th scope=\"row\">" + line[i] + "</th>" : "<td>" + line[i] + "</td>";
    }
    body += "<tr>" + cells + "</tr>\n";
  }
  const std::string table = "<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + body + "</tbody>\n";
  return Element("div", "class=\"scroll\" tabindex=\"0\"", Element("table", "", table));
}

std::string Folded(std::string_view summary, std::string_view content) {
  return Element("details", "", Element("summary", "", summary) + std::string(content));
}

std::string Decimal(double value, int digits) {
  if (std::isnan(value)) return "\xE2\x80\x93";
  if (std::isinf(value)) return value > 0 ? "\xE2\x88\x9E" : "\xE2\x88\x92\xE2\x88\x9E";
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
  return {buffer.data(), static_cast<size_t>(std::clamp(size, 0, 63))};
}

std::string Percent(double share) { return Decimal(100 * share, 1); }

std::string PercentWithInterval(const Estimate& estimate) {
  std::string html = Percent(estimate.value);
  if (std::isnan(estimate.interval.low)) return html;
  const char* const until = estimate.interval.low < 0 ? " to " : "\xE2\x80\x93";
  return html + " <small>" + Percent(estimate.interval.low) + until +
         Percent(estimate.interval.high) + "</small>";
}

}  // namespace gram::jobs
