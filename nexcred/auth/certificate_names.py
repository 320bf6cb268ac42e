"""Read the names that a certificate in PEM is for, without trusting or verifying it."""

_BEGIN = "-----BEGIN CERTIFICATE-----"


def certificate_names(text: str) -> tuple[str, ...]:
    """Return the names and addresses of the first certificate (RFC 5280, 4.2.1.6); those with a wildcard are left out.

    Raise ValueError for what is no certificate.
    """
    from cryptography import x509  # which takes a parser, and few commands need

    _, begins, rest = text.partition(_BEGIN)
    found = x509.load_pem_x509_certificate((begins + rest).encode())
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    every = (*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress)))
    return tuple(name for name in every if "*" not in name)
