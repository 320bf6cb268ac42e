"""The program as real processes without the price of a start each: they are forked from one that has imported it all.

A forked process has arguments, an environment, a folder and descriptors of its own, and ends as any other. What only a
true start shows (imports, Python's own variables, a locale, a shell's jobs) is tested with `Program.command`.
"""
