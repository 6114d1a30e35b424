"""The benchmark of fit engines: simulated spectra with known truth, scores, leaderboard."""
