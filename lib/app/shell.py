"""The script that Streamlit runs; everything is in the frame."""

from lib.app.frame import main

main()
