"""What stands on the command line or in files it names: `--set`, durations, dates, values, bodies, project files."""
