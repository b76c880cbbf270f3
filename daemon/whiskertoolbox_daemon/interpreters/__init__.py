"""The interpreter process as the daemon sees it: starting, supervising, running, relaying its output."""
