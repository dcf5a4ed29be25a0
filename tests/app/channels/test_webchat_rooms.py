"""Rooms, beside the library's own way of keeping them."""

import random

import pytest
import socketio

from channels.webchat.rooms import Rooms

PLACES = ("/", "/desk")
NAMES = [f"room {n}" for n in range(6)]


def _kept(manager: socketio.AsyncManager) -> tuple[object, ...]:
    rooms = {
        place: {k: dict(v) for k, v in rooms.items()} for place, rooms in manager.rooms.items()
    }
    return rooms, manager.pending_connect, manager.pending_disconnect, set(manager.callbacks)


def _server(manager: socketio.AsyncManager, names: random.Random) -> socketio.AsyncManager:
    server = socketio.AsyncServer(client_manager=manager)
    server.eio.generate_id = lambda: f"{names.getrandbits(64):x}"
    server.manager_initialized = True
    return manager


@pytest.mark.parametrize("seed", range(20))
async def test_rooms_are_what_the_library_would_keep(seed: int) -> None:
    draw = random.Random(seed)
    both = [_server(one, random.Random(seed)) for one in (Rooms(), socketio.AsyncManager())]
    there: list[tuple[str, str]] = []
    for step in range(300):
        act = draw.choice(("come", "come", "enter", "enter", "leave", "close", "ask", "go"))
        place, room = draw.choice(PLACES), draw.choice(NAMES)
        if act == "come" or not there:
            sids = [await one.connect(f"eio {step}", place) for one in both]
            assert sids[0] == sids[1]
            there.append((sids[0], place))
        elif act == "close":
            for one in both:
                await one.close_room(room, place)
        else:
            sid, place = draw.choice(there)
            for one in both:
                if act == "enter":
                    await one.enter_room(sid, place, room)
                elif act == "leave":
                    await one.leave_room(sid, place, room)
                elif act == "go":
                    one.pre_disconnect(sid, place)
                    await one.disconnect(sid, place)
            if act == "go":
                there.remove((sid, place))
            assert sorted(both[0].get_rooms(sid, place)) == sorted(both[1].get_rooms(sid, place))
        assert _kept(both[0]) == _kept(both[1])
    for sid, place in there:
        for one in both:
            await one.disconnect(sid, place)
    assert _kept(both[0]) == _kept(both[1])
    assert not both[0]._of  # nothing is kept of who has gone
    await both[0].disconnect("nobody", "/")
    assert not both[0].rooms


class Untouched(dict[str, str]):
    """A room in which nobody may look for anybody."""

    def __contains__(self, _key: object) -> bool:
        raise AssertionError("who leaves was looked for in a room that is not theirs")


async def test_who_leaves_is_looked_for_in_their_own_rooms_only() -> None:
    rooms = _server(Rooms(), random.Random(1))
    sid = await rooms.connect("eio", "/")
    await rooms.enter_room(sid, "/", "chat")
    rooms.rooms["/"]["elsewhere"] = Untouched(other="eio 2")
    assert sorted(rooms.get_rooms(sid, "/")) == sorted(["chat", sid])
    await rooms.disconnect(sid, "/")
    assert set(rooms.rooms["/"]) == {"elsewhere"}
