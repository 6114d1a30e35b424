"""From an analysis to what is to be drawn; free of Qt."""
