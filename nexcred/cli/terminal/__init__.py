"""The terminal itself: what it can do, the three streams, wrapping, progress, hidden input, the browser."""
