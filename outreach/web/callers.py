"""Whom the limits count: the machine a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

HOME = 64  # the bits of an IPv6 address that a whole home or office shares: the others are free to choose


def client_ip(request: Request) -> str:
    """The address of whoever asks, an IPv6 one by its network.

    Behind a reverse proxy on this machine uvicorn has put the address the proxy tells (X-Forwarded-For) in the place of
    the proxy's; from anywhere else it does not believe that header, so nobody can choose whom they are counted as.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, HOME), strict=False))
    return str(address)
