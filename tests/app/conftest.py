"""Pages wait for their answer in these tests; what they show meanwhile is what test_jobs.py is about."""

import pytest
from streamlit.testing.v1 import app_test

from lib.app import jobs


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 60)


def pytest_sessionfinish():
    """AppTest makes a directory where it is imported, and leaves it to the interpreter, which warns of it."""
    app_test.TMP_DIR.cleanup()
