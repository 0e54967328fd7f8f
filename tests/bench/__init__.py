"""How fast the app is, beside plain Streamlit on the same machine in the same minutes: `make bench`."""
