"""The command line: parse, call one service, render. Scripts depend on it: design page `cli.md` is its contract."""
