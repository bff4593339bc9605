"""numpy reads what the library wrote, and so does a reader made from the published text of safetensors: check_numpy.py FOLDER"""
import pathlib
import sys

import numpy

import tensor_files

folder = pathlib.Path(sys.argv[1])
expected = {"single": numpy.arange(24, dtype="<f4").reshape(2, 3, 4), "double": numpy.arange(4.0), "scalar": numpy.float32(0), "ü": numpy.zeros((3, 0), "<f4")}
archive = numpy.load(folder / "ours.npz")
tensors, texts = tensor_files.read(folder / "ours.safetensors")
for name, array in expected.items():
    for found in (archive[name], tensors[name]):
        assert found.dtype == array.dtype and found.shape == array.shape and (found == array).all(), name
alone = numpy.load(folder / "ours.npy")
assert alone.dtype == expected["single"].dtype and (alone == expected["single"]).all()
assert set(archive.files) == set(tensors) == set(expected)
assert texts == {"größe": "大きさ\n"}
snapshot = folder / "ours-snapshot.safetensors"
assert tensor_files.is_whole(snapshot)
assert tensor_files.read(snapshot)[1][".format"] == "autograd 2"
data = snapshot.read_bytes()
(folder / "changed").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
assert not tensor_files.is_whole(folder / "changed")
print(f"{len(expected)} arrays in three formats and a snapshot are read by numpy {numpy.__version__}")
