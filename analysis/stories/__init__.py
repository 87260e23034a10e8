"""The stories of a dialogue: listed, searched and set apart when they stand alone."""
