"""What things are: datasets, exams, voxels, basis sets, fit results. Values only."""
