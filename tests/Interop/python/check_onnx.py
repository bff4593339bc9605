"""Every ONNX file of a folder passes the full checker of python3-onnx: check_onnx.py FOLDER"""
import pathlib
import sys

import onnx

files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for file in files:
    onnx.checker.check_model(onnx.load(str(file)), full_check=True)
print(f"{len(files)} ONNX files pass the checker of onnx {onnx.__version__}")
sys.exit(0 if files else 1)
