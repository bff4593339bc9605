"""Safetensors from the published format alone, and the checksum of this library's snapshots from docs/snapshots.md."""
import json
import struct

import numpy


def read(path):
    """Tensors and texts of a file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    texts = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        elements = numpy.frombuffer(data[8 + size + begin : 8 + size + end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]])
        tensors[name] = elements.reshape(entry["shape"])
    return tensors, texts


def write(path, tensors, texts=None):
    """Writes arrays of numpy, floats or doubles."""
    header, parts, end = {"__metadata__": texts} if texts else {}, [], 0
    for name, array in sorted(tensors.items()):
        data = array.tobytes()
        kind = {"float32": "F32", "float64": "F64"}[array.dtype.name]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [end, end + len(data)]}
        parts.append(data)
        end += len(data)
    text = json.dumps(header, ensure_ascii=False).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def is_whole(path):
    """Whether a snapshot has its checksum."""
    data = path.read_bytes()
    written = read(path)[1][".crc32c"]
    data = data.replace(b'".crc32c":"' + written.encode(), b'".crc32c":"00000000', 1)
    return f"{crc32c(data):08x}" == written


def crc32c(data):
    """Castagnoli's checksum, a byte at a time."""
    table = []
    for entry in range(256):
        for _ in range(8):
            entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
        table.append(entry)
    checksum = 0xFFFFFFFF
    for byte in data:
        checksum = table[(checksum ^ byte) & 255] ^ checksum >> 8
    return checksum ^ 0xFFFFFFFF
