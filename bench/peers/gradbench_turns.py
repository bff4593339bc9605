"""Runs an evaluation of GradBench with several tools in turns: ours, C++ by hand, and PyTorch where it has the evaluation.

    (in a clone of GradBench: make -C cpp; make -C tools/manual)
    /usr/bin/python3 gradbench_turns.py CLONE AUTOGRAD_GRADBENCH_DLL gmm -d 2 -k 5 100

GradBench's own program makes the inputs and validates what ours gives. Each line: the least wall time of a run of each tool in
milliseconds, over 4 rounds of 0.1 seconds, one thread each.
"""
import json
import os
import subprocess
import sys
import tempfile

ROUNDS, SECONDS = 4, 0.1
clone, dll, name, *arguments = sys.argv[1:]
packages = os.path.join(clone, "python", "gradbench")
env = os.environ | dict(PYTHONPATH=packages, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", DOTNET_PROCESSOR_COUNT="1")
# With version 1 of pydantic.
program = """
import pydantic, runpy, sys
if not hasattr(pydantic.BaseModel, "model_validate"):
    pydantic.BaseModel.model_validate = classmethod(lambda cls, value: cls.parse_obj(value))
    pydantic.BaseModel.model_dump = lambda self, **_: self.dict()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


def start(*command, cwd=None):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=cwd)


def ask(process, message):
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def by_hand(message):
    with tempfile.NamedTemporaryFile("w") as file:
        json.dump(message["input"], file)
        file.flush()
        command = [os.path.join(clone, "tools", "manual", "bin", name), file.name, message["function"]]
        lines = subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout.splitlines()
    return {"timings": [json.loads(line) for line in lines[1:]]}


def least(response):
    return min(time["nanoseconds"] for time in response["timings"] if time["name"] == "evaluate") / 1e6


ours = start("dotnet", dll)
tools = {"ours": lambda message: ask(ours, message)}
if os.path.exists(os.path.join(clone, "tools", "manual", "bin", name)):
    tools["C++"] = by_hand
if name in ("gmm", "kmeans", "lse"):
    torch = start("/usr/bin/python3", "-m", "gradbench.tools.pytorch.run", cwd=packages)
    tools["PyTorch"] = lambda message: ask(torch, message | {"module": "gradbench.tools.pytorch." + name})
evaluation = start("/usr/bin/python3", "-c", program, f"gradbench.evals.{name}.run", *arguments, cwd=clone)
for line in evaluation.stdout:
    message = json.loads(line)
    if message["kind"] != "evaluate":
        response = ask(ours, message)
        if message["kind"] == "analysis" and not message["valid"]:
            print("  not valid:", message["error"])
    else:
        message["input"] |= {"min_runs": 1, "min_seconds": SECONDS}
        times = {tool: [] for tool in tools}
        for _ in range(ROUNDS):
            for tool, run in tools.items():
                answer = run(message)
                times[tool].append(least(answer))
                if tool == "ours":
                    response = answer
        shown = "  ".join(f"{tool} {min(all):.4f}" for tool, all in times.items())
        print(f"{name} {message['description']} {message['function']}: {shown}", flush=True)
    evaluation.stdin.write(json.dumps(response) + "\n")
    evaluation.stdin.flush()
