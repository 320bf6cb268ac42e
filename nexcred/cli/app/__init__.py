"""The program around its commands: their table, parsing, options of all, help, failures, the context of a call."""
