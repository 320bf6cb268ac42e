"""Where the service listens: loopback, a Unix socket, an address with TLS, or the sockets that systemd hands over."""
