"""What a host that runs dashboard.py as a plain script lacks: there is no lifespan, so the first run warms."""

import streamlit as st

from lib.app.server import warm


@st.cache_resource(show_spinner=False)
def warm_once() -> bool:
    """Warm in the first run of this process."""
    warm()
    return True
