"""When many records are worth several processes, and a quicker encoder: asked by those too that never start one."""

# Below this a second process costs more than it saves.
WORTHWHILE = 4_000


def is_worthwhile(count: int) -> bool:
    """True when so many items are worth further processes."""
    return count >= WORTHWHILE
