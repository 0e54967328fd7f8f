"""How a report looks and the little that it does: its CSS, for screen and paper, and its script."""

from __future__ import annotations

from lib.figures.look import FONT, LIGHT

COLUMN = 680
"""Width of text and figures in pixels: what A4 and Letter both have room for inside 15 mm margins."""
ON_PAPER = 0.85
"""How large figures are on paper, their text being as large as the text around them."""
CHART_ROOM = 700
"""Pixels of a page's height that a chart may take on paper, so that its title stands on the same page."""

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }}
body {{ margin: 0; background: {LIGHT.paper}; color: {LIGHT.ink}; font: 16px/1.5 {FONT}; overflow-wrap: break-word;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
.page {{ max-width: {COLUMN + 32}px; margin: 0 auto; padding: 1.5rem 16px 4rem; }}
h1, h2, h3 {{ line-height: 1.25; margin: 0; text-wrap: pretty; break-after: avoid; }}
h1 {{ font-size: 1.9rem; }}
h2 {{ font-size: 1.5rem; }}
h3 {{ font-size: 1.1rem; margin-top: 2rem; }}
p {{ margin: 0.6rem 0 0; }}
a {{ color: {LIGHT.treated.colour}; }}
:is(a, summary, .wide):focus-visible {{ outline: 3px solid currentColor; outline-offset: 2px; }}
.kind {{ margin: 0 0 0.4rem; color: {LIGHT.muted}; font-weight: 700; }}
.trial {{ font-size: 1.125rem; }}
.cited, .stamp, .nothing {{ color: {LIGHT.muted}; font-size: 0.9rem; }}
.changes {{ margin-top: 1.5rem; padding: 0.8rem 1rem; background: {LIGHT.band}; border-radius: 0.4rem; }}
.changes h2 {{ font-size: 1rem; }}
ul {{ margin: 0.5rem 0 0; padding-left: 1.25rem; }}
nav h2 {{ font-size: 1rem; }}
nav ol {{ list-style: none; margin: 0.4rem 0 0; padding: 0; }}
nav li {{ margin: 0; padding: 0.15rem 0; }}
nav {{ margin-top: 1.5rem; }}
section {{ margin-top: 3rem; padding-top: 1.5rem; border-top: 2px solid {LIGHT.ink}; }}
.ask {{ color: {LIGHT.muted}; font-size: 1.05rem; margin-top: 0.2rem; }}
.reading {{ font-size: 1.05rem; margin-top: 0.8rem; }}
.refused {{ margin-top: 0.8rem; padding: 0.8rem 1rem; border-left: 4px solid {LIGHT.control.colour};
  background: {LIGHT.box}; }}
figure {{ margin: 2rem 0 0; }}
figure h3 {{ margin-top: 0; }}
figcaption p {{ margin-top: 0.3rem; }}
.chart {{ width: 100%; max-width: {COLUMN}px; margin-top: 0.6rem; overflow: hidden; }}
.chart > p {{ color: {LIGHT.muted}; padding: 0 1rem; }}
details.fold {{ margin-top: 0.8rem; border: 1px solid {LIGHT.grid}; border-radius: 0.4rem; padding: 0 0.8rem; }}
details.fold[open] {{ padding-bottom: 0.8rem; }}
summary {{ padding: 0.5rem 0; cursor: pointer; font-size: 0.9rem; }}
.wide {{ margin-top: 0.8rem; overflow: auto; max-width: 100%; position: relative; }}
details .wide {{ margin-top: 0; max-height: 32rem; }}
h3 ~ .wide, h3 ~ .fold {{ margin-top: 1.4rem; }}
ol.references {{ margin: 0.5rem 0 0; padding-left: 2rem; font-size: 0.9rem; }}
table {{ border-collapse: collapse; font-size: 0.8125rem; line-height: 1.35; }}
caption {{ text-align: left; font-weight: 700; font-size: 0.875rem; padding: 0 0 0.4rem; }}
.unseen {{ position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }}
th, td {{ padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid {LIGHT.grid}; }}
thead th {{ vertical-align: bottom; border-bottom: 1.5px solid {LIGHT.muted}; }}
tbody th {{ font-weight: 600; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
td.number {{ white-space: nowrap; }}
.long {{ min-width: 8rem; }}
.longer {{ min-width: 15rem; }}
dl {{ margin: 0.8rem 0 0; }}
dt {{ font-weight: 700; margin-top: 0.6rem; }}
dd {{ margin: 0.1rem 0 0; overflow-wrap: anywhere; }}
code {{ font: 0.875em/1.4 "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }}
.skip {{ position: absolute; left: -100vw; }}
.skip:focus {{ left: 16px; top: 8px; background: {LIGHT.paper}; padding: 0.4rem; z-index: 1; }}
.on-paper {{ display: none; }}
@media (min-width: 1080px) {{
  .page {{ display: grid; grid-template-columns: 210px {COLUMN}px; column-gap: 64px; max-width: {COLUMN + 306}px; }}
  header {{ grid-column: 2; grid-row: 1; }}
  main, footer {{ grid-column: 2; }}
  nav {{ grid-column: 1; grid-row: 1 / span 3; margin: 0; font-size: 0.9375rem; }}
  nav div {{ position: sticky; top: 1.5rem; }}
}}
@media print {{
  body {{ font-size: 10pt; line-height: 1.4; }}
  .page {{ display: block; max-width: none; padding: 0; }}
  .skip, .no-paper, .kept-in {{ display: none; }}
  .on-paper {{ display: block; color: {LIGHT.muted}; font-size: 8.5pt; }}
  a {{ color: inherit; text-decoration: none; }}
  header, nav {{ break-inside: avoid; }}
  nav div {{ position: static; }}
  section {{ margin-top: 1.6rem; padding-top: 0.9rem; }}
  nav + main > section:first-of-type {{ break-before: page; margin-top: 0; }}
  h1 {{ font-size: 20pt; }}
  h2 {{ font-size: 15pt; }}
  h3 {{ font-size: 11pt; margin-top: 1.2rem; }}
  .reading, .ask, .trial {{ font-size: 10.5pt; }}
  p {{ orphans: 3; widows: 3; }}
  .cited, .stamp, .nothing, ol.references {{ font-size: 8.5pt; }}
  figure {{ break-inside: avoid; margin-top: 1.2rem; }}
  .chart {{ break-inside: avoid; width: {COLUMN}px; zoom: var(--on-paper, {ON_PAPER}); }}
  details.fold, details.fold[open] {{ border: 0; padding: 0; }}
  details.fold::details-content {{ content-visibility: visible; display: block; height: auto; }}
  summary {{ list-style: none; font-weight: 700; font-size: 8.5pt; padding: 0 0 0.2rem; break-after: avoid; }}
  .wide, details .wide {{ overflow: visible; max-height: none; margin-top: 0; }}
  section > :is(.wide, .fold) {{ margin-top: 0.9rem; }}
  table {{ font-size: 7.5pt; }}
  caption {{ font-size: 8.5pt; break-after: avoid; }}
  th, td {{ padding: 0.15rem 0.35rem; }}
  .long, .longer {{ min-width: 0; }}
  tr, .short, details:has(.short), .opening {{ break-inside: avoid; }}
  thead {{ break-after: avoid; }}
  tbody tr:first-child {{ break-before: avoid; }}
  thead {{ display: table-header-group; }}
}}
"""
"""The paper stays light, as the figures on it are."""


def page_style(running: str, stamp: str) -> str:
    """Page margins, with a running title and page numbers; both texts are CSS strings."""
    font = f"font: 8pt {FONT}; color: {LIGHT.muted};"
    return (
        "@page { margin: 18mm 15mm;\n"
        f"  @top-left {{ content: {running}; {font} }}\n"
        f"  @bottom-left {{ content: {stamp}; {font} }}\n"
        f'  @bottom-right {{ content: counter(page) " / " counter(pages); {font} }} }}\n'
        "@page :first { @top-left { content: none; } }\n"
    )


SCRIPT = f"""
"use strict";
(() => {{
  const charts = [...document.querySelectorAll(".chart")];
  const widthOf = chart => Math.floor(chart.getBoundingClientRect().width);
  const draw = (chart, width) => {{
    chart.dataset.width = width;
    if (chart.classList.contains("js-plotly-plot")) return Plotly.relayout(chart, {{width}});
    const figure = JSON.parse(document.getElementById(chart.id + "-data").textContent);
    chart.replaceChildren();
    return Plotly.newPlot(chart, figure.data, {{...figure.layout, width}}, {{displayModeBar: false}});
  }};
  const fit = () => charts.forEach(chart => {{
    const width = widthOf(chart);
    if (width && Number(chart.dataset.width) !== width) draw(chart, width);
  }});
  const next = place => {{
    if (place === charts.length) document.documentElement.dataset.drawn = "all";
    else {{
      if (!charts[place].dataset.width) draw(charts[place], widthOf(charts[place]));
      setTimeout(next, 0, place + 1);
    }}
  }};
  next(0);
  addEventListener("resize", fit);
  const folds = [...document.querySelectorAll("details.fold:not(.kept-in)")];
  let unfolded = [];
  addEventListener("beforeprint", () => {{
    unfolded = folds.filter(fold => !fold.open);
    unfolded.forEach(fold => {{ fold.open = true; }});
    charts.filter(chart => Number(chart.dataset.width) !== {COLUMN}).forEach(chart => draw(chart, {COLUMN}));
  }});
  addEventListener("afterprint", () => {{
    unfolded.forEach(fold => {{ fold.open = false; }});
    fit();
  }});
}})();
"""
"""Draws one chart after the other, so that text is read meanwhile; before printing, all as wide as paper has them."""
