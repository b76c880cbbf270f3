"""The load config's view of containers: an entry loads one part, or one clock, of a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.containers.objects import objects_of, time_frame_of
from whiskertoolbox_python.containers.reading import look_into
from whiskertoolbox_python.containers.registry import CONTAINERS, Container, ContainerOptions
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing


def _load_part(
    source: Source, options: ContainerOptions, *, container: Container, kind: str
) -> Iterator[tuple[str, DataObject]]:
    contents = look_into(source.shared, container, source.path, options, source.warn)
    try:
        part = contents[options.part]
    except KeyError:
        raise LoadError(
            f"{source.path}: unknown part {suggest(options.part, [one.name for one in contents.parts])}"
        ) from None
    if part.kind != kind:
        raise LoadError(f'{source.path}: {part.name} is of the data_type "{part.kind}", not "{kind}"')
    yield from objects_of(source.name, part, source.warn)


def _load_clock(source: Source, options: ContainerOptions, *, container: Container) -> Iterator[tuple[str, TimeFrame]]:
    contents = look_into(source.shared, container, source.path, options, source.warn)
    if options.part not in contents.clocks:
        raise LoadError(f"{source.path}: unknown clock {suggest(options.part, contents.clocks)}")
    yield source.name, time_frame_of(contents, options.part, options.ticks_per_second)


def _join_group(source: Source, options: ContainerOptions, keys: list[str], *, container: Container) -> None:
    """Make the entries of a part members of the group that the file puts them in."""
    group = look_into(source.shared, container, source.path, options, source.warn)[options.part].group
    if not group:
        return
    groups = source.manager.getEntityGroupManager()
    known = next((one.id for one in groups.getAllGroupDescriptors() if one.name == group), None)
    number = groups.createGroup(group) if known is None else known
    for key in keys:
        data = source.manager.getData(key)
        if isinstance(data, EntityBearing):
            groups.add_entities(number, data.entity_ids)


def _loaders_of(container: Container) -> Iterator[Loader]:
    text = f"{container.title}: one of its parts."
    if container.needs:
        text += f" Needs {', '.join(container.needs)}."
    for kind in container.kinds:
        yield Loader(
            kind,
            (container.name,),
            container.options,
            partial(_load_part, container=container, kind=kind),
            text,
            reads="file or folder",
            registered=partial(_join_group, container=container),
        )
    if container.has_clocks:
        yield Loader(
            "time",
            (container.name,),
            container.options,
            partial(_load_clock, container=container),
            f"{container.title}: one of its clocks.",
            reads="file or folder",
        )


LOADERS: tuple[Loader, ...] = tuple(loader for container in CONTAINERS for loader in _loaders_of(container))
