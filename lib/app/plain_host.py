"""What a host that runs dashboard.py as a plain script lacks: no lifespan, so the first run warms, and no routes."""

import streamlit as st

from lib.app.server import served, warm


@st.cache_resource(show_spinner=False)
def warm_once() -> bool:
    """Warm in the first run of this process."""
    warm()
    return True


def has_routes() -> bool:
    """Whether this process answers our own addresses (twins, pilotlight.js): a plain host starts no lifespan."""
    return served.is_set()
