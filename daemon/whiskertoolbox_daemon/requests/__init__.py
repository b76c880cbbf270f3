"""The functions that answer the client, one file per area of the protocol; importing this registers them all."""

from whiskertoolbox_daemon.requests import (
    code,
    data,
    debug,
    environments,
    execution,
    status,
    transforms,
    variables,
    views,
)

__all__ = ["code", "data", "debug", "environments", "execution", "status", "transforms", "variables", "views"]
