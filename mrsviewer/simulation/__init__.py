"""Forward model of a measurement and the bundled example case."""
