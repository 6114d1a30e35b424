"""Fixtures of the window, and none of the user's own settings."""

import pytest
from spectrum_fixtures import dark, plot
from window_fixtures import case_file, opened, stages, window

__all__ = ["case_file", "dark", "opened", "plot", "stages", "window"]


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("MRSVIEWER_STATE", str(tmp_path / "state"))
