"""Reading a credential's values: decoded against its connector, and whether its hosts may be sent to."""
