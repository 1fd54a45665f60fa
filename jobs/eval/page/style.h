// How a report looks: light and dark, on a phone, and on paper.
#ifndef GRAM_JOBS_EVAL_PAGE_STYLE_H_
#define GRAM_JOBS_EVAL_PAGE_STYLE_H_

#include <string_view>

namespace gram::jobs {

/// The page's only style sheet. Texts that are judged are set apart from their surroundings in
/// their direction, too (unicode-bidi), so that none of them can turn what stands around it.
inline constexpr std::string_view kPageStyle = R"(
:root {
  color-scheme: light dark;
  --ground: #fff; --text: #1c1e21; --soft: #5b6068; --line: #d8dbe0; --shade: #f4f5f7;
  --mark: #0b62a8; --good: #1a7f37; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --text: #e6e7e9; --soft: #a0a5ad; --line: #363a41; --shade: #1f2227;
    --mark: #63b3f0; --good: #5fc274; --bad: #f2857c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; max-width: 48rem; }
small, figcaption, .note { color: var(--soft); font-size: .85rem; }
.scroll { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; }
th:first-child { text-align: left; min-width: 9rem; }
td small { white-space: nowrap; display: block; }
.published th, .published td { color: var(--soft); font-weight: normal; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tile { background: var(--shade); border-radius: .5rem; padding: .6rem .8rem; }
.tile b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.tile small { display: block; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
figure { margin: 0; }
figcaption b { display: block; color: var(--text); }
svg { width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--text); }
.grid { stroke: var(--line); }
.ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
.curve { fill: none; stroke: var(--mark); stroke-width: 2; }
.dot, .bar { fill: var(--mark); }
details { margin: .4rem 0; }
summary { cursor: pointer; }
.case { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .8rem; }
.text {
  white-space: pre-wrap; unicode-bidi: isolate; background: var(--shade); padding: .5rem .7rem;
  border-radius: .3rem; margin: .25rem 0 .75rem; max-height: 30rem; overflow: auto; font: inherit;
}
.right { color: var(--good); }
.wrong { color: var(--bad); }
code { font-size: .9em; }
@media print {
  body { max-width: none; font-size: 10pt; }
  h2, h3, figure, .tile, tr { break-inside: avoid; break-after: auto; }
  .scroll { overflow: visible; }
  .text { max-height: none; }
}
)";

}  // namespace gram::jobs

#endif  // GRAM_JOBS_EVAL_PAGE_STYLE_H_
