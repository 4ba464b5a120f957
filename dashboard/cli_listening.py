"""Whether an address and a port can be had."""

import socket

from dashboard.errors import SettingsError


def check_free(host: str, port: int) -> None:
    """Raise SettingsError where a server could not listen there."""
    try:
        with socket.create_server((host, port)):
            return
    except OverflowError as error:
        raise SettingsError(f"--port must lie between 1 and 65535; received {port}.") from error
    except OSError as error:
        raise SettingsError(
            f"The server cannot listen on {host}, port {port}: {error.strerror or error}. "
            "Choose another with --host and --port."
        ) from error
