"""The providers over real sockets: against a server that says anything, and against the sandbox's Novita."""
