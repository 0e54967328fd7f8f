"""Start here: `streamlit run dashboard.py`. A host that runs this file as a plain script gets the same pages."""

import streamlit as st

from lib.app import frame, plain_host, server

app = st.App("lib/app/shell.py", routes=server.ROUTES, middleware=server.MIDDLEWARE, lifespan=server.lifespan)
if st.runtime.exists():
    plain_host.warm_once()
    frame.main()
