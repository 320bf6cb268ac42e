"""What the service holds at most, so that nobody can use it up."""

# Requests that are answered at the same time; more get 503.
MOST_AT_ONCE = 256
# Connections that are held open; for another one that has waited longest without a request is closed.
MOST_CONNECTIONS = 1000
# Connections beside these on which TLS is not spoken yet.
MOST_HANDSHAKES = 128
# Threads that read the vault, and threads that wait for providers, which do not hold up the others.
THREADS = 16
SLOW_THREADS = 16
HEAD_BYTES = 32 * 1024
MOST_HEADERS = 100
BODY_BYTES = 1024 * 1024
# How long a client may take for the head of a request, and for its body.
HEAD_S = 10.0
BODY_S = 30.0
# How long a connection may stay without a request, and how long a client may take to read an answer.
IDLE_S = 30.0
WRITE_S = 30.0
# How long what a refused client still sends is thrown away, so that it reads its answer before the connection ends, and
# how long the goodbye of TLS is waited for when the service ends.
LINGER_S = 2.0
# How long requests that run get to finish when the service ends; a provider has less.
GRACE_S = 15.0
