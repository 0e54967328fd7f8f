"""A host that knows nothing of ASGI: runs dashboard.py as a plain Streamlit script. `plain_host.py PORT`."""

import sys
from pathlib import Path

from streamlit import config
from streamlit.web import bootstrap

SCRIPT = str(Path(__file__).parents[2] / "dashboard.py")

if __name__ == "__main__":
    flags = {"server_port": int(sys.argv[1])}
    config._main_script_path = SCRIPT
    bootstrap.load_config_options(flags)
    bootstrap.run(SCRIPT, False, [], flags)
