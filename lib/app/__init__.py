"""The only part that imports streamlit: server, frame, state and controls."""
