"""Where the server listens, and with which certificates.

Runs in: server.
"""

from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from actions_runtime.server.failures import StartFailed
from actions_runtime.server.lanes.lane import Lane
from actions_runtime.settings import Settings, split_address


def open_port(server: Lane, settings: Settings) -> str:
    """Make a server listen.

    Args:
        server: The server, not started yet.
        settings: Where and how to listen.

    Returns:
        The address with the port that was bound.

    Raises:
        StartFailed: The address is taken or not of this machine, or the certificates cannot be used.
    """
    credentials = _load_credentials(settings) if settings.tls else None
    try:
        if credentials is None:
            port = server.add_insecure_port(settings.address)
        else:
            port = server.add_secure_port(settings.address, credentials)
    except RuntimeError as error:
        raise StartFailed(
            f"cannot listen on {settings.address}: it is taken, or is no address of this machine"
        ) from error
    if settings.address.startswith("unix:"):
        return settings.address
    host, _ = split_address(settings.address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _load_credentials(settings: Settings) -> grpc.ServerCredentials:
    if settings.tls_certificate is None or settings.tls_key is None:
        raise StartFailed("tls_certificate and tls_key go together: set both")
    certificate = _read(settings.tls_certificate)
    key = _read(settings.tls_key)
    _require_pair(certificate, key, settings)
    if settings.tls_client_ca is None:
        return grpc.ssl_server_credentials([(key, certificate)])
    authorities = _read(settings.tls_client_ca)
    _parse_certificate(authorities, settings.tls_client_ca)
    return grpc.ssl_server_credentials([(key, certificate)], authorities, require_client_auth=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StartFailed(f"the file {path} cannot be read: {error.strerror}") from error


def _parse_certificate(data: bytes, path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(data)[0]
    except ValueError as error:
        raise StartFailed(f"the file {path} holds no certificate in PEM") from error


def _require_pair(certificate: bytes, key: bytes, settings: Settings) -> None:
    """Look at the pair before gRPC does, whose refusal names neither file nor reason."""
    leaf = _parse_certificate(certificate, Path(str(settings.tls_certificate)))
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise StartFailed(f"the file {settings.tls_key} holds no unencrypted private key in PEM") from error
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if private.public_key().public_bytes(*form) != leaf.public_key().public_bytes(*form):
        raise StartFailed(f"the key in {settings.tls_key} is not that of {settings.tls_certificate}")
