"""numpy reads what the library wrote, and so does a reader made from the published text of safetensors: check_numpy.py FOLDER"""
import json
import pathlib
import sys

import numpy

folder = pathlib.Path(sys.argv[1])


def read_safetensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        elements = numpy.frombuffer(data[8 + size + begin : 8 + size + end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]])
        tensors[name] = elements.reshape(entry["shape"])
    return tensors


expected = {"single": numpy.arange(24, dtype="<f4").reshape(2, 3, 4), "double": numpy.arange(4.0), "scalar": numpy.float32(0), "ü": numpy.zeros((3, 0), "<f4")}
archive = numpy.load(folder / "ours.npz")
tensors = read_safetensors(folder / "ours.safetensors")
for name, array in expected.items():
    for found in (archive[name], tensors[name]):
        assert found.dtype == array.dtype and found.shape == array.shape and (found == array).all(), name
alone = numpy.load(folder / "ours.npy")
assert alone.dtype == expected["single"].dtype and (alone == expected["single"]).all()
assert set(archive.files) == set(tensors) == set(expected)
print(f"{len(expected)} arrays in three formats are read by numpy {numpy.__version__}")
