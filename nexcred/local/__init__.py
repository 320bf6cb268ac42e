"""What this machine keeps, and how: anchors, pins, the use log, marks, locks, files private to their owner."""
