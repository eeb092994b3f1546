"""PDF files as people send them, good and bad: with words, locked, signed, changed after signing, and a bomb."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore


def written(*lines: str, pages: int = 1) -> bytes:
    """A PDF with these lines (ASCII) on each of its pages."""
    rows = "".join(f"({line}) ' " for line in lines)
    body = f"BT /F1 12 Tf 14 TL 60 780 Td {rows}ET".encode()
    return _file(body, pages=pages)


def bomb(mebibytes: int) -> bytes:
    """A small PDF whose page unpacks to very much."""
    press = zlib.compressobj(1)
    block = b" " * (1 << 20)
    packed = b"".join([press.compress(block) for _ in range(mebibytes)]) + press.flush()
    return _file(packed, filters=b" /Filter /FlateDecode")


def _file(body: bytes, *, pages: int = 1, filters: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (pages, kids),
        b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(body), filters, body),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R"
    page += b" /Resources << /Font << /F1 4 0 R >> >> >>"
    objects += [page] * pages
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def locked(content: bytes, *, user: str) -> bytes:
    """The same under a password; with ``user`` "" it opens without one and is encrypted all the same."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(content)))
    writer.encrypt(owner_pass="chu", user_pass=user)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def authority() -> tuple[bytes, bytes, bytes]:
    """A root, a signer's certificate below it, and the signer's key, all as PEM."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Goc", root_key, "Goc", root_key, is_root=True)
    leaf = _certificate("UBND xa", key, "Goc", root_key, is_root=False)
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return (
        root.public_bytes(pem),
        leaf.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
    )


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, by_key: ec.EllipticCurvePrivateKey, *, is_root: bool
) -> x509.Certificate:
    def called(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, words)])

    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by_key, hashes.SHA256())
    )


def signed(content: bytes) -> bytes:
    """The same with the digital signature of an office."""
    from asn1crypto import keys, pem
    from asn1crypto import x509 as asn1

    def loaded(text: bytes) -> bytes:
        der: bytes = pem.unarmor(text)[2]
        return der

    root, leaf, key = authority()
    registry = SimpleCertificateStore()
    registry.register(asn1.Certificate.load(loaded(root)))
    signer = signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(loaded(leaf)),
        signing_key=keys.PrivateKeyInfo.load(loaded(key)),
        cert_registry=registry,
    )
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(content))
    metadata = signers.PdfSignatureMetadata(field_name="Ky")
    with ThreadPoolExecutor(1) as pool:  # signing starts a loop, and a browser of the same run keeps one in this thread
        pool.submit(signers.sign_pdf, writer, metadata, signer=signer, output=out).result()
    return out.getvalue()
