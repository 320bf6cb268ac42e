"""Read the command line and the files it names: `--set`, durations, dates, values, bodies, project files."""
