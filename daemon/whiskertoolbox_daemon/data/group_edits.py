"""Edits of groups of entities that a viewer makes, committed at once."""

from __future__ import annotations

from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import AssignedEntity, AssignEntity
from whiskertoolbox_python import DataManager, EntityId


def assign_entity(manager: DataManager, wanted: AssignEntity) -> AssignedEntity:
    """Put an entity into the group of a number, or take it out; raises `RequestError` when there is no such group."""
    if wanted.entity_id < 1:
        raise RequestError("What is selected has no identity, and only what has one is in groups.")
    manager.refresh()
    groups = manager.getEntityGroupManager()
    numbers = sorted(group.id for group in groups.getAllGroupDescriptors())
    place = wanted.group_number - 1
    if not 0 <= place <= len(numbers):
        raise RequestError(
            f"There is no group {wanted.group_number}; there are {len(numbers)}, and {len(numbers) + 1} makes the next."
        )
    group = numbers[place] if place < len(numbers) else groups.createGroup(f"group {wanted.group_number}")
    entity = EntityId(wanted.entity_id)
    is_member = not groups.isEntityInGroup(group, entity) if wanted.is_member is None else wanted.is_member
    if is_member:
        groups.addEntityToGroup(group, entity)
    else:
        groups.removeEntityFromGroup(group, entity)
    manager.flush()
    descriptor = groups.getGroupDescriptor(group)
    name = descriptor.name if descriptor is not None else ""
    return AssignedEntity(name=name, count=groups.getGroupSize(group), is_member=is_member)
