"""The peer: one control, a text that shows its value, and bare charts whose titles show it. A plain Streamlit script.

The query says how many charts (`charts`) and which control (`control`: pills or slider).
"""

import plotly.graph_objects as go
import streamlit as st

OPTIONS = ["1", "2", "3", "4", "5"]
POINTS = range(20)


def _value(control: str) -> str:
    if control == "slider":
        return str(st.slider("Value", 2, 100, 12, key="n"))
    return ", ".join(sorted(st.pills("Value", OPTIONS, selection_mode="multi", default=OPTIONS[:4], key="who")))


def _chart(title: str) -> go.Figure:
    points = go.Scatter(x=list(POINTS), y=[(7 * x) % 20 for x in POINTS], mode="markers")
    return go.Figure(points, layout={"title": {"text": title}})


st.set_page_config(layout="wide")
shown = f"Value: {_value(st.query_params.get('control', 'pills'))}"
for place in range(int(st.query_params.get("charts", "0"))):
    st.plotly_chart(_chart(shown), key=f"chart-{place}")
st.caption(f"{shown} · end")
