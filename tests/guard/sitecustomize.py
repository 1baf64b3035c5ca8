"""Put on the path of every process the tests start: a connection to another machine is refused and written down."""

import os
import sys


def _watch(event: str, arguments: tuple) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"  # a path: a socket of this machine
    elif event == "socket.getaddrinfo":
        host = arguments[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if not (host.startswith("127.") or host in ("::1", "localhost", "0.0.0.0")):
        with open(os.environ["SYNTH_TEST_GUARD"], "a") as log:
            log.write(f"{event} {host}\n")
        raise OSError(f"the tests have no network: {host}")


if "SYNTH_TEST_GUARD" in os.environ:
    sys.addaudithook(_watch)
