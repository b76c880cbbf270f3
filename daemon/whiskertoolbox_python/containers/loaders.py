"""The load config's view of containers: an entry loads one part, or one clock, of a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from whiskertoolbox_python.containers.key_names import clock_keys
from whiskertoolbox_python.containers.objects import objects_of, time_frame_of
from whiskertoolbox_python.containers.reading import look_into
from whiskertoolbox_python.containers.registry import CONTAINERS, Container, ContainerOptions
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import FileClock, LoadedItem, Loader, Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats.plan import DEFAULT_CLOCK
from whiskertoolbox_python.parameters import suggest


def _load_part(source: Source, options: ContainerOptions, *, container: Container, kind: str) -> Iterator[LoadedItem]:
    contents = look_into(source.shared, container, source.path, options, source.warn, partial(allocate, source))
    try:
        part = contents[options.part]
    except KeyError:
        raise LoadError(
            f"{source.path}: unknown part {suggest(options.part, [one.name for one in contents.parts])}"
        ) from None
    if part.kind != kind:
        raise LoadError(f'{source.path}: {part.name} is of the data_type "{part.kind}", not "{kind}"')
    time_key = clock_keys(source.path, contents.clocks).get(part.clock, DEFAULT_CLOCK)
    clock = None
    if time_key != DEFAULT_CLOCK:
        clock = FileClock(time_key, partial(time_frame_of, source, contents, part.clock, options.ticks_per_second))
    for key, data in objects_of(source, contents, part):
        yield LoadedItem(key, data, clock, part.group)


def _load_clock(source: Source, options: ContainerOptions, *, container: Container) -> Iterator[LoadedItem]:
    contents = look_into(source.shared, container, source.path, options, source.warn, partial(allocate, source))
    if options.part not in contents.clocks:
        raise LoadError(f"{source.path}: unknown clock {suggest(options.part, contents.clocks)}")
    yield LoadedItem(source.name, time_frame_of(source, contents, options.part, options.ticks_per_second))


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
            gives_clocks=container.has_clocks,
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
