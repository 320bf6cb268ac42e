"""The time at which every row is judged."""

from datetime import UTC, datetime

NOW = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
