"""The editor's side of the daemon: the Language Server Protocol and the endpoint that carries our own requests."""
