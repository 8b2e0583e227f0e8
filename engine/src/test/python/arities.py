"""Prints engine/onnx/arities.txt: how many inputs and outputs ONNX's operators have, in every version.

Only for making the file: python arities.py > .../io/rangefinder/engine/onnx/arities.txt
"""

import onnx
from onnx import defs

MOST = 2**31 - 1


def count(least, most):
    return f"{least} {'*' if most == MOST else most}"


def required(schema):
    """How many inputs in front can't be left out."""
    optional = defs.OpSchema.FormalParameterOption.Optional
    kinds = [i.option for i in schema.inputs]
    return kinds.index(optional) if optional in kinds else schema.min_input


print("# operator, since opset, least and most inputs, how many in front can't be left out, least and most outputs")
print(f"# printed by arities.py with onnx {onnx.__version__}")
rows = {
    (s.name, s.since_version, f"{count(s.min_input, s.max_input)} {min(required(s), s.min_input)}", count(s.min_output, s.max_output))
    for s in defs.get_all_schemas_with_history()
    if s.domain == ""
}
last = {}
for name, since, inputs, outputs in sorted(rows):
    if last.get(name) != (inputs, outputs):
        print(name, since, inputs, outputs)
    last[name] = (inputs, outputs)
