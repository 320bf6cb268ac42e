"""Lay out tables and pages for people. Text from outside is made visible here."""
