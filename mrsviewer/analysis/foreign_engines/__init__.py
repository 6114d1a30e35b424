"""Fit engines that run a program which the user has: LCModel, TARQUIN."""
