"""Arrays as numpy writes them: write_numpy.py FOLDER. Each holds 0, 1, 2, … in the order of its elements, as row-major order counts."""
import pathlib
import sys

import numpy

import tensor_files

folder = pathlib.Path(sys.argv[1])
for name, kind in (("half", "<f2"), ("single", "<f4"), ("double", "<f8")):
    for order in "CF":
        counted = numpy.arange(24, dtype=kind).reshape(2, 3, 4)
        numpy.save(folder / f"numpy-{name}-{order}.npy", numpy.asarray(counted, order=order))
numpy.save(folder / "numpy-scalar-C.npy", numpy.float64(0))
numpy.save(folder / "numpy-empty-C.npy", numpy.zeros((3, 0), "<f4"))
arrays = {"a": numpy.arange(6, dtype="<f4"), "ü": numpy.arange(4.0).reshape(2, 2)}
numpy.savez(folder / "numpy-plain.npz", **arrays)
numpy.savez_compressed(folder / "numpy-compressed.npz", **arrays)
tensor_files.write(folder / "numpy-arrays.safetensors", {**arrays, "nothing": numpy.zeros((0, 2), "<f4")}, {"größe": "大きさ\n"})
