"""Where everything is joined: settings, addresses, wiring, the command line."""
