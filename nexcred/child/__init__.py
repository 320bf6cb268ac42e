"""The edge to other programs: starting one, passing signals on, and what it is lent while it runs."""
