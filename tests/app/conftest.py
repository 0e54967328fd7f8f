"""Pages wait for their answer in these tests; what they show meanwhile is what test_jobs.py is about."""

import pytest

from lib.app import jobs


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 60)
