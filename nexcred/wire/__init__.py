"""The JSON contract: the shapes that commands, Python programs and services print, and their JSON Schemas.

A file a subject: the types, and the functions that make them of what the program works with. Nothing here knows a
terminal, a store or the network. `schemas` lists every output by the words of its command.
"""
