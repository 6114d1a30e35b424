"""What an LCModel control file means here: its settings as a recipe, the rest as remarks."""
