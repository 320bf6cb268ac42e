"""The state on this machine: anchors, pins, the use log, marks, locks, files private to their owner."""
