"""How long whole commands take, as ratios to a floor measured in the same run."""
