"""From fitted amplitudes to concentrations, every constant named."""
