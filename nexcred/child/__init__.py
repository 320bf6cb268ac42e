"""The edge to other programs: starting one, passing signals on, and the files that it has while it runs."""
