#include "jobs/eval/page/plot.h"

#include <algorithm>
#include <cmath>

#include "jobs/eval/page/html.h"
#include "jobs/io/count_text.h"

namespace gram::jobs {
namespace {

// The picture's own units.
constexpr double kWidth = 480;
constexpr double kHeight = 300;
constexpr double kLeft = 58;
constexpr double kRight = 24;
constexpr double kTop = 12;
constexpr double kBottom = 50;

std::string At(double value) { return Decimal(value, 1); }

// Where a value lies on an axis, 0 to 1.
double Share(const Axis& axis, double value) {
  const double width = axis.high > axis.low ? axis.high - axis.low : 1;
  return std::clamp((value - axis.low) / width, 0.0, 1.0);
}

double X(const Plot& plot, double value) {
  return kLeft + Share(plot.x, value) * (kWidth - kLeft - kRight);
}

double Y(const Plot& plot, double value) {
  return kHeight - kBottom - Share(plot.y, value) * (kHeight - kTop - kBottom);
}

std::string NumberText(const Axis& axis, double value) {
  if (axis.percent) return Decimal(100 * value, 0) + "\xC2\xA0%";
  return Decimal(value, axis.high - axis.low < 4 ? 2 : 0);
}

std::string Text(double x, double y, const std::string& anchor, const std::string& text) {
  return "<text x=\"" + At(x) + "\" y=\"" + At(y) + "\" text-anchor=\"" + anchor + "\">" +
         Escaped(text) + "</text>\n";
}

std::string Line(double x1, double y1, double x2, double y2, const std::string& kind) {
  return "<line class=\"" + kind + "\" x1=\"" + At(x1) + "\" y1=\"" + At(y1) + "\" x2=\"" + At(x2) +
         "\" y2=\"" + At(y2) + "\"/>\n";
}

std::string Axes(const Plot& plot) {
  std::string svg;
  for (int i = 0; i <= plot.y.ticks; ++i) {
    const double value = std::lerp(plot.y.low, plot.y.high, static_cast<double>(i) / plot.y.ticks);
    svg += Line(kLeft, Y(plot, value), kWidth - kRight, Y(plot, value), "grid");
    svg += Text(kLeft - 6, Y(plot, value) + 4, "end", NumberText(plot.y, value));
  }
  // Bars stand in the middle of the steps.
  const int steps = plot.line ? plot.x.ticks : plot.x.ticks - 1;
  for (int i = 0; i <= steps; ++i) {
    const double place = plot.line ? i : i + 0.5;
    const double value = std::lerp(plot.x.low, plot.x.high, place / plot.x.ticks);
    svg += Text(X(plot, value), kHeight - kBottom + 18, "middle", NumberText(plot.x, value));
  }
  svg += Text((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle", plot.x.name);
  const std::string middle = At((kHeight - kBottom + kTop) / 2);
  return svg + "<text transform=\"translate(13 " + middle +
         ") rotate(-90)\" text-anchor=\"middle\">" + Escaped(plot.y.name) + "</text>\n";
}

std::string Diagonal(const Plot& plot) {
  const double low = std::max(plot.x.low, plot.y.low);
  const double high = std::min(plot.x.high, plot.y.high);
  return Line(X(plot, low), Y(plot, low), X(plot, high), Y(plot, high), "ideal");
}

// The largest dot's radius, and that of all dots where none stands for more than another.
constexpr double kLargestDot = 10;
constexpr double kDot = 3;

double Radius(const Plot& plot, size_t i) {
  if (plot.counts.empty()) return kDot;
  const int64_t most = *std::max_element(plot.counts.begin(), plot.counts.end());
  const double share = static_cast<double>(plot.counts[i]) / static_cast<double>(most);
  return std::max(kLargestDot * std::sqrt(share), 2.0);
}

std::string Curve(const Plot& plot) {
  std::string path;
  std::string dots;
  for (size_t i = 0; i < plot.points.size(); ++i) {
    const auto& [x, y] = plot.points[i];
    path += (path.empty() ? "M" : " L") + At(X(plot, x)) + " " + At(Y(plot, y));
    dots += "<circle class=\"dot\" r=\"" + At(Radius(plot, i)) + "\" cx=\"" + At(X(plot, x)) +
            "\" cy=\"" + At(Y(plot, y)) + "\"/>\n";
  }
  if (!plot.counts.empty()) return dots;
  return "<path class=\"curve\" d=\"" + path + "\"/>\n" + dots;
}

std::string Bars(const Plot& plot) {
  constexpr double kFilled = 0.8;  // of the room that a bar has
  const auto count = static_cast<double>(std::max<size_t>(plot.points.size(), 1));
  const double width = (kWidth - kLeft - kRight) / count * kFilled;
  std::string svg;
  for (const auto& [x, y] : plot.points) {
    const double top = Y(plot, y);
    svg += "<rect class=\"bar\" x=\"" + At(X(plot, x) - width / 2) + "\" y=\"" + At(top) +
           "\" width=\"" + At(width) + "\" height=\"" + At(kHeight - kBottom - top) + "\"/>\n";
  }
  return svg;
}

// What a picture file needs, which has no page around it.
constexpr const char* kOwnStyle =
    "<style>svg{background:#fff}text{font:11px sans-serif;fill:#222}.grid{stroke:#ddd}"
    ".ideal{stroke:#888;stroke-dasharray:4 4}.curve{fill:none;stroke:#0b62a8;stroke-width:2}"
    ".dot,.bar{fill:#0b62a8}</style>\n";

}  // namespace

std::string PlotSvg(const Plot& plot, bool alone) {
  const std::string names = plot.id + "-t " + plot.id + "-d";
  std::string svg = "<svg ";
  if (alone) svg += "xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" height=\"300\" ";
  svg += "viewBox=\"0 0 480 300\" role=\"img\" aria-labelledby=\"" + names + "\">\n";
  svg += Element("title", "id=\"" + plot.id + "-t\"", Escaped(plot.title));
  svg += Element("desc", "id=\"" + plot.id + "-d\"", Escaped(plot.description));
  if (alone) svg += kOwnStyle;
  svg += Axes(plot);
  if (plot.diagonal) svg += Diagonal(plot);
  return svg + (plot.line ? Curve(plot) : Bars(plot)) + "</svg>\n";
}

std::string PlotHtml(const Plot& plot) {
  std::vector<std::string> header = {Escaped(plot.x.name), Escaped(plot.y.name)};
  if (!plot.counts.empty()) header.emplace_back("Count");
  std::vector<std::vector<std::string>> lines;
  for (size_t i = 0; i < plot.points.size(); ++i) {
    const auto& [x, y] = plot.points[i];
    lines.push_back(
        {NumberText(plot.x, x), plot.y.percent ? Percent(y) + "\xC2\xA0%" : Decimal(y, 3)});
    if (!plot.counts.empty()) lines.back().push_back(Grouped(plot.counts[i]));
  }
  const std::string caption = Element("b", "", Escaped(plot.title)) + Escaped(plot.description);
  return Element("figure", "",
                 PlotSvg(plot) + Element("figcaption", "", caption) +
                     Folded("Numbers", HtmlTable(header, lines)));
}

}  // namespace gram::jobs
