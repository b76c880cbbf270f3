"""What a viewer changes of events, intervals, points, lines and masks, through the daemon, and how that is undone."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.views import AssignedEntity, AssignEntity, Edited, EditRow, EditSeries, EditShape

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETUP = """
import numpy as np
dm.setTime('camera', wt.TimeFrame(range(0, 6000, 60), ticks_per_second=30000), True)
dm.setData('licks', wt.DigitalEventSeries([10, 20, 30]), 'camera')
dm.setData('trials', wt.DigitalIntervalSeries([wt.Interval(5, 15), wt.Interval(40, 60)]), 'camera')
"""


async def test_an_edit_is_stored_at_once_and_its_opposite_undoes_it(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    at = [EditRow(start=tick, end=tick) for tick in (600.0, 1234.0)]
    edited = await shared.request(methods.VIEWS_EDIT, EditSeries(key="licks", removed=at[:1], added=at[1:]))
    assert [(row.start, row.end) for row in edited.added] == [(1260, 1260)]  # the nearest tick of the camera
    await shared.run("print(dm.getData('licks').times)", "edited")
    assert "[20 21 30]" in shared.text_of("edited")
    await shared.request(methods.VIEWS_EDIT, EditSeries(key="licks", removed=edited.added, added=edited.removed))
    await shared.run("print(dm.getData('licks').times)", "undone")
    assert "[10 20 30]" in shared.text_of("undone")


async def test_an_event_that_is_deleted_or_moved_and_brought_back_keeps_its_identity(shared: DaemonClient) -> None:
    await shared.run(SETUP)

    async def edit(edited: Edited, key: str) -> Edited:
        return await shared.request(methods.VIEWS_EDIT, EditSeries(key=key, removed=edited.removed, added=edited.added))

    async def ids(key: str, name: str) -> list[int]:
        await shared.run(f"print('ids', dm.getData({key!r}).entity_ids.tolist(), 'end')", name)
        return [int(word) for word in shared.text_of(name).split("[")[-1].split("]")[0].split(",")]

    for key, first, moved in (("licks", (600, 600), (180, 180)), ("trials", (300, 900), (1200, 1800))):
        before = await ids(key, f"{key} before")
        row = EditRow(start=first[0], end=first[1])
        deleted = await edit(Edited(removed=[row], added=[]), key)
        assert [removed.entity_id for removed in deleted.removed] == before[:1]
        await edit(Edited(removed=[], added=deleted.removed), key)
        assert await ids(key, f"{key} brought back") == before
        to = EditRow(start=moved[0], end=moved[1], entity_id=before[0])
        done = await edit(Edited(removed=[row], added=[to]), key)
        assert done.added == [to]
        assert await ids(key, f"{key} moved") == before
        await edit(Edited(removed=done.added, added=done.removed), key)
        assert await ids(key, f"{key} moved back") == before


async def test_intervals_that_were_joined_are_two_again_with_their_identities(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    bridge = EditSeries(key="trials", removed=[], added=[EditRow(start=900, end=2400)])
    joined = await shared.request(methods.VIEWS_EDIT, bridge)
    assert [(row.start, row.end) for row in joined.added] == [(300, 3600)]
    assert joined.added[0].entity_id == joined.removed[0].entity_id
    undone = EditSeries(key="trials", removed=joined.added, added=joined.removed)
    assert (await shared.request(methods.VIEWS_EDIT, undone)).added == joined.removed


async def test_an_edit_of_what_is_not_there_changes_nothing(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    edit = EditSeries(key="trials", removed=[EditRow(start=0, end=60)], added=[EditRow(start=4200, end=4800)])
    with pytest.raises(JsonRpcException, match="changed meanwhile"):
        await shared.request(methods.VIEWS_EDIT, edit)
    await shared.run("print(dm.getData('trials').size())", "trials left")
    assert "2" in shared.text_of("trials left")


async def test_an_entity_is_put_into_a_group_and_out_and_code_sees_it(shared: DaemonClient) -> None:
    await shared.run(SETUP)
    await shared.run(
        "groups = dm.getEntityGroupManager()\n"
        "for group in groups.getAllGroupDescriptors(): groups.deleteGroup(group.id)\n"
        "left = groups.createGroup('left'); print('lick', dm.getData('licks').entity_ids[0], 'end')",
        "the lick",
    )
    entity = int(shared.text_of("the lick").split()[1])
    toggle = AssignEntity(entity_id=entity, group_number=1, is_member=None)
    assert await shared.request(methods.VIEWS_ASSIGN, toggle) == AssignedEntity(name="left", count=1, is_member=True)
    await shared.run("print('ids', groups.entity_ids(left))", "seen")
    assert f"ids [{entity}]" in shared.text_of("seen")
    assert await shared.request(methods.VIEWS_ASSIGN, toggle) == AssignedEntity(name="left", count=0, is_member=False)
    second = AssignEntity(entity_id=entity, group_number=2, is_member=True)
    made = AssignedEntity(name="group 2", count=1, is_member=True)
    assert await shared.request(methods.VIEWS_ASSIGN, second) == made
    assert await shared.request(methods.VIEWS_ASSIGN, second) == made
    for entity_id, number, message in ((entity, 9, "are 2, and 3 makes the next"), (0, 1, "has no identity")):
        wanted = AssignEntity(entity_id=entity_id, group_number=number, is_member=None)
        with pytest.raises(JsonRpcException, match=message):
            await shared.request(methods.VIEWS_ASSIGN, wanted)


async def edit_shape(client: DaemonClient, key: str, before: Any, after: Any, **part: Any) -> EditShape:
    arrays = {
        name: encode_array(np.asarray(points, np.float32).reshape(-1, 2))
        for name, points in (("before", before), ("after", after))
    }
    wanted = {"tick": 185, "entity_id": 0, "place": -1, **part, **arrays}  # index 3 of the camera
    return await client.request(methods.VIEWS_EDIT_SHAPE, EditShape(key=key, **wanted))


async def entries(client: DaemonClient, key: str, run: str) -> list[Any]:
    """Return identity and points of each entry of index 3, as code sees them."""
    await client.run(
        f"part = dm.getData('{key}').at_times([3])\n"
        "print([[int(i), np.asarray(one.points).tolist()] for i, one in "
        "[(e, part.with_entities([e])) for e in part.entity_ids]], 'end')",
        run,
    )
    found: list[Any] = ast.literal_eval(client.text_of(run).split(" end")[0])
    return found


SHAPES = """
dm.setData('tips', wt.PointData.from_arrays([3, 3, 4], [[1, 1], [5, 5], [9, 9]]), 'camera')
dm.setData('traced', wt.LineData.from_arrays([3, 3], [0, 2, 4], [[0, 0], [9, 9], [0, 5], [9, 5]]), 'camera')
dm.setData('faces', wt.MaskData.from_arrays([3], [0, 2], [[4, 4], [5, 4]]), 'camera')
"""


@pytest.mark.parametrize(
    ("key", "added"),
    [("tips", [[7, 8.5]]), ("traced", [[3, 3], [4, 4.25], [5, 6]]), ("faces", [[1, 2], [1, 3], [0, 2]])],
)
async def test_a_shape_is_changed_deleted_and_added_and_each_edit_is_undone(
    shared: DaemonClient, key: str, added: list[list[float]]
) -> None:
    await shared.run(SETUP + SHAPES)
    first = await entries(shared, key, f"first {key}")
    entity_id, points = first[0]
    moved = await edit_shape(shared, key, points, added, entity_id=entity_id)
    assert await entries(shared, key, f"moved {key}") == [[entity_id, added], *first[1:]]
    await shared.request(methods.VIEWS_EDIT_SHAPE, moved)
    assert await entries(shared, key, f"moved back {key}") == first

    deleted = await edit_shape(shared, key, points, [], entity_id=entity_id)
    assert await entries(shared, key, f"deleted {key}") == first[1:]
    await shared.request(methods.VIEWS_EDIT_SHAPE, deleted)
    assert await entries(shared, key, f"back {key}") == first

    new = await edit_shape(shared, key, [], added)
    with_new = await entries(shared, key, f"added {key}")
    assert with_new == [*first, [new.entity_id, added]]
    again = await shared.request(methods.VIEWS_EDIT_SHAPE, new)
    assert await entries(shared, key, f"undone {key}") == first
    await shared.request(methods.VIEWS_EDIT_SHAPE, again)
    assert await entries(shared, key, f"done again {key}") == with_new


async def test_a_shape_that_is_not_what_was_shown_is_left_alone(shared: DaemonClient) -> None:
    await shared.run(SETUP + SHAPES)
    before = {key: await entries(shared, key, f"left {key}") for key in ("tips", "faces")}
    tip, face = before["tips"][0][0], before["faces"][0][0]
    for key, entity_id, old, new, message in (
        ("tips", tip, [[1, 2]], [[3, 3]], "changed meanwhile"),
        ("tips", 10**6, [[1, 1]], [[3, 3]], "changed meanwhile"),
        ("tips", tip, [[1, 1]], [[3, 3], [4, 4]], "one point, not 2"),
        ("tips", tip, [], [[3, 3]], "the same identity"),
        ("faces", face, [[4, 4], [5, 4]], [[-1, 0]], "whole numbers from 0 on"),
        ("faces", face, [[4, 4], [5, 4]], [[0.5, 0]], "whole numbers from 0 on"),
        ("licks", 0, [], [[3, 3]], "not a key of points, lines or masks"),
        ("gone", 0, [], [[3, 3]], "may have been deleted"),
    ):
        with pytest.raises(JsonRpcException, match=message):
            await edit_shape(shared, key, old, new, entity_id=entity_id)
    with pytest.raises(JsonRpcException, match="its clock begins later"):
        await edit_shape(shared, "tips", [], [[3, 3]], tick=-1)
    for key, old in before.items():
        assert await entries(shared, key, f"still {key}") == old
