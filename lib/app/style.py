"""The CSS that Streamlit's own theme has no setting for; colours come from the theme, so light and dark both hold."""

from lib.figures.look import DARK, LIGHT

COLOURS = f"""
.stApp {{
  --paper: light-dark({LIGHT.paper}, {DARK.paper});
  --ink: light-dark({LIGHT.ink}, {DARK.ink});
  --link: light-dark({LIGHT.treated.colour}, {DARK.treated.colour});
}}
"""
"""The theme's colours for HTML of our own: Streamlit tells its theme to nobody, but for which of the two it is."""

LAYOUT = """
[data-testid="stMainBlockContainer"] { max-width: 1320px; padding: 3.25rem 2rem 2rem; }
:where(.stApp:has([data-testid="stExpandSidebarButton"])) [data-testid="stMainBlockContainer"] { padding-top: 4.25rem; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 4.25rem 1rem 2rem; } }
[data-testid="stExpandSidebarButton"] { width: auto; color: var(--ink); }
[data-testid="stExpandSidebarButton"]::after { content: "Assumptions"; margin: 0 0.25rem; font-size: 0.9rem; }
:where(.stApp) a { color: var(--link); }
div[data-testid="stCaptionContainer"] { opacity: 0.8; }
div[data-testid="stCaptionContainer"] a { color: inherit; }
.stApp :is(a, summary):focus-visible { outline: 3px solid currentColor; outline-offset: 1px; }
.st-key-navigation { row-gap: 0.4rem; padding-bottom: 0.4rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.st-key-heading h1 { padding: 0.25rem 0; line-height: 1.2; }
.st-key-heading > [data-testid="stElementContainer"]:nth-child(2) p {
  font-size: 1.125rem; line-height: 1.4; font-weight: 600; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"], .st-key-lead [data-testid="stCaptionContainer"] {
  margin: -0.75rem 0 0.5rem; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"] p, .st-key-lead [data-testid="stCaptionContainer"] p {
  font-size: 0.8125rem; line-height: 1.3; margin: 0; }
.st-key-title { row-gap: 0.2rem; }
.st-key-title button, .st-key-title a { min-height: 2rem; padding: 0.15rem 0.6rem; }
.st-key-title a { border: 1px solid color-mix(in srgb, var(--ink) 22%, transparent); border-radius: 0.5rem; }
@media (max-width: 640px) {
  .st-key-title { column-gap: 0.4rem; }
  .st-key-title > [data-testid="stElementContainer"] { flex: 1 1 0; min-width: 0; width: auto; }
  .st-key-title > [data-testid="stElementContainer"]:first-child { flex-basis: 100%; }
  .st-key-title :is(button, a) { width: 100%; height: 3rem; padding: 0; }
  .st-key-title a, .st-key-title button [data-has-shortcut] { flex-direction: column; justify-content: center; gap: 0; }
  .st-key-title :is(button, a) p { font-size: 0.75rem; }
}
[class*="st-key-prose-"] :is(pre, code) { font-family: inherit; }
img.qr { display: block; width: min(16rem, 100%); margin: 0.5rem 0; }
.st-key-presets button, [class*="st-key-chips-"] button { min-height: 2rem; padding: 0.15rem 0.75rem; }
.st-key-presets [data-testid="stCaptionContainer"] { min-width: 16rem; }
.st-key-presets, [class*="st-key-chips-"] { row-gap: 0.4rem; }
[class*="st-key-chips-"] button p { text-align: left; }
[data-testid="stSelectbox"] input { text-overflow: ellipsis; }
.st-key-figure-flow [data-testid="stPlotlyChart"] { max-width: 820px; }
.st-key-minute p { line-height: 1.6; }
[data-testid="stMain"] [data-testid="stMarkdown"] p { max-width: 62rem; }
[data-testid="stMetricValue"] { font-weight: 700; }
.st-key-descriptive-p [data-testid="stMetricValue"] { font-size: 1.5rem; font-weight: 600; }
@media (min-width: 1800px) { [data-testid="stMainBlockContainer"] { max-width: 1560px; } }
@media (max-width: 640px) { .st-key-facts [data-testid="stColumn"] { min-width: calc(50% - 1rem); flex: 1 1 40%; } }
.fact-label, .fact-value, .fact-note { margin: 0; }
.fact-label { font-weight: 600; }
.fact-value { font-size: 2rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
.fact-note { font-size: 0.9rem; }
.fact-text { margin: 0.6rem 0 0; }
.fact-small { margin: 0.6rem 0 0; font-size: 0.875rem; opacity: 0.8; }
ul.people { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
ul.people li { margin: 0; padding: 0.8rem 1rem; border: 1px solid color-mix(in srgb, currentColor 22%, transparent);
  border-radius: 0.4rem; break-inside: avoid; }
ul.people h3 { margin: 0; padding: 0; font-size: 1rem; }
ul.people p { margin: 0.4rem 0 0; }
ul.people .about { font-size: 0.9rem; opacity: 0.8; }
ul.people .lost { font-weight: 600; }
ol.steps { display: flex; gap: 0.5rem 1.6rem; flex-wrap: wrap; list-style: none; margin: 0.4rem 0 0; padding: 0; }
ol.steps li { position: relative; margin: 0; padding: 0; font-size: 0.9rem; line-height: 1.35; }
ol.steps b { font-size: 1.5rem; line-height: 1.2; }
ol.steps li + li::before { content: "\\2192"; position: absolute; left: -1.3rem; top: 1.5rem; font-size: 1.1rem; }
details.fold { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: 0.4rem;
  margin: 0.6rem 0 0; padding: 0 0.9rem; font-size: 0.9rem; }
details.fold summary { padding: 0.55rem 0; cursor: pointer; }
details.fold[open] { padding-bottom: 0.8rem; }
details.fold p { margin: 0.2rem 0; overflow-wrap: anywhere; font-size: inherit; }
details.fold summary { overflow-wrap: anywhere; }
details.group > summary { font-weight: 600; font-size: 1rem; }
details.group details.fold { margin: 0; border-width: 1px 0 0; border-radius: 0; padding: 0; }
details.group details.fold summary { padding: 0.4rem 0; }
.tallies { display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); }
.findings { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); }
.finding { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: 0.4rem;
  padding: 0.8rem 1rem; font-size: 0.9rem; break-inside: avoid; }
.finding h3 { margin: 0 0 0.4rem; padding: 0; font-size: 1.05rem; }
.finding p { margin: 0.3rem 0 0; overflow-wrap: anywhere; }
.findings p { font-size: inherit; }
.downloads { display: flex; gap: 0.5rem; align-items: center; justify-content: flex-end; font-size: 0.875rem; }
.downloads button { font: inherit; color: inherit; background: transparent; cursor: pointer; padding: 0.2rem 0.7rem;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 0.4rem; }
.downloads button:hover, .downloads button:focus-visible { border-color: currentColor; }
@media print {
  [data-testid="stMainBlockContainer"] { zoom: 0.72; padding: 0; max-width: none; }
  [data-testid="stMain"], [data-testid="stAppViewContainer"], .stApp { overflow: visible; position: static; }
  [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-navigation, .st-key-presets, .downloads,
  [data-testid="stElementToolbar"] { display: none !important; }
  [data-testid="stPlotlyChart"], .wide, [class*="st-key-figure-"] { break-inside: avoid; }
}
@page { size: A4 landscape; margin: 12mm; }
"""

CSS = COLOURS + LAYOUT
