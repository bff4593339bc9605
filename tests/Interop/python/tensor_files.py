"""Safetensors from the published format alone, and the checksum of this library's snapshots from docs/snapshots.md."""
import hashlib
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
    written = read(path)[1][".sha256"].encode()
    assert data.count(written) == 1
    data = data.replace(written, b"0" * 64)
    blocks = [hashlib.sha256(data[at : at + 2**20]).digest() for at in range(0, len(data), 2**20)]
    return hashlib.sha256(b"".join(blocks)).hexdigest().encode() == written
