"""Use cases, a room for each subject and a file for each case.

They take a vault, a prober and the time, return plain results and raise NexcredError. `workspace` joins store, anchors,
unlocking and use log for whoever calls: the command line, or a Python program.
"""
