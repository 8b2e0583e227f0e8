"""Writes the table of operators that TorchScript code may call, one schema a line.

Usage: python schemas.py ../../main/resources/io/rangefinder/capture/types/schemas.txt
Needs torch and torchvision. Left out: operators that write into an `out` argument, and backward
operators, since neither appears in an archive that is meant for inference.
"""
import sys

import torch
import torchvision  # registers the operators torchvision::*

NAMESPACES = {"aten", "prim", "torchvision"}

if not torchvision.extension._has_ops():
  sys.exit("torchvision's operators did not load: its build and that of torch do not fit together")


def wanted(schema):
  namespace, name = schema.name.split("::")
  overload = schema.overload_name
  return (namespace in NAMESPACES and "backward" not in name
          and overload != "out" and not overload.endswith("_out")
          and not any(argument.is_out for argument in schema.arguments))


lines = sorted({str(schema) for schema in torch._C._jit_get_all_schemas() if wanted(schema)})
version = ".".join(torch.__version__.split(".")[:2])
with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as file:
  file.write(f"# Operator schemas of PyTorch {version} and torchvision (BSD-3-Clause), "
             "as torch._C._jit_get_all_schemas() prints them; made by schemas.py\n")
  file.writelines(line + "\n" for line in lines)
print(len(lines), "schemas")
