"""Fits the way LCModel does, so that its results can be compared with.

Only the real part of the zero-filled spectrum is fitted; the baseline is a real cubic spline, as
stiff as a test on the residual accepts; the line shape is free at a few neighbouring points; each
metabolite has a shift and a broadening of its own, expected where LCModel expects them. What
LCModel does is told in Provencher 1993 (doi 10.1002/mrm.1910300604) and in its source (version
6.3-1N, BSD licence); its numbers are given where they are used.

The order of events is in :mod:`fit <mrsviewer.fitting.provencher.fit>`.
"""
