"""The transforms that are registered in this process, as forms ask for their parameters."""

from __future__ import annotations

import json
from typing import Any

from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.transforms import Transform, TransformData, TransformParameter, Transforms


def list_transforms(_params: Empty) -> Transforms:
    """All of them, sorted by name; the library is imported when this is first asked for."""
    from whiskertoolbox_python.transforming.registry import all_transforms

    listed = []
    for transform in all_transforms():
        described = transform.as_json()
        parameters = [
            TransformParameter(
                name=one["name"],
                type=one["type"],
                choices=one.get("choices", []),
                default=json.dumps(one["default"]) if "default" in one else "",
                unit=one["unit"],
                doc=one["doc"],
            )
            for one in described["parameters"]
        ]
        data = [
            TransformData(name=one.name, kinds=kinds_of(one.kind), required=one.required, doc=one.doc)
            for one in transform.data_parameters
        ]
        output = transform.output
        stores = output is not None and output not in (float, int)
        listed.append(
            Transform(
                name=transform.name,
                summary=transform.summary,
                kinds=kinds_of(transform.input),
                stores=stores,
                makes=next(iter(kinds_of(output)), "") if output is not None and stores else "",
                origin=transform.origin,
                parameters=parameters,
                data=data,
            )
        )
    return Transforms(transforms=listed)


def kinds_of(taken: type[Any]) -> list[str]:
    """Kinds of data keys that hold a data type, or entries of that type."""
    from whiskertoolbox_python.transforming.running import holder_of

    holder = holder_of(taken)
    names = [kind.name for kind in holder.kinds()] if hasattr(holder, "kinds") else []
    # What takes any number of values for a time takes one as well.
    return [*names, "Analog"] if names == ["RaggedAnalog"] else names
