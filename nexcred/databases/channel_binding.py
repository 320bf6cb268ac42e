"""What binds a login to the TLS connection that it is made on: the server's certificate (RFC 5929, 4.1)."""

import hashlib

# By the signature's algorithm, in DER; MD5 and SHA-1 count as SHA-256. Others, such as Ed25519, have no hash for it.
_HASHES = {
    bytes.fromhex("2a864886f70d010104"): "sha256",  # md5WithRSAEncryption
    bytes.fromhex("2a864886f70d010105"): "sha256",  # sha1WithRSAEncryption
    bytes.fromhex("2a864886f70d01010b"): "sha256",
    bytes.fromhex("2a864886f70d01010c"): "sha384",
    bytes.fromhex("2a864886f70d01010d"): "sha512",
    bytes.fromhex("2a8648ce3d0401"): "sha256",  # ecdsa-with-SHA1
    bytes.fromhex("2a8648ce3d040302"): "sha256",
    bytes.fromhex("2a8648ce3d040303"): "sha384",
    bytes.fromhex("2a8648ce3d040304"): "sha512",
}


def server_end_point(certificate: bytes) -> bytes | None:
    """Return the hash of a certificate in DER; None where its signature names no hash. Raises ValueError, IndexError.

    A certificate is a sequence: what is signed, the algorithm (a sequence that begins with its name), the signature.
    """
    start, _ = _content(certificate, 0)
    _, behind_signed = _content(certificate, start)
    start, _ = _content(certificate, behind_signed)
    name_from, name_to = _content(certificate, start)
    wanted = _HASHES.get(certificate[name_from:name_to])
    return hashlib.new(wanted, certificate).digest() if wanted else None


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Return where the content of an element begins and ends."""
    length, start = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size]), start + size
    if start + length > len(data):
        raise ValueError("a certificate that is cut short")
    return start, start + length
