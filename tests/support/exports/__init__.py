"""Exports as other programs write them, made here from their documentation: no program's own file is kept."""
