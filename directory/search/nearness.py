"""Find the nearest of many entries without measuring them all (D6).

Points are kept on the unit sphere, where the straight line through the earth orders them as the great circle does; so
the order agrees with ``places.rules.distance_m``. Entries are numbered along a space-filling curve, so each block of
numbers is a small region: only the blocks that can hold one of the nearest are looked at.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from directory.places.rules import EARTH_RADIUS_M, Point

Chords = npt.NDArray[np.float32]
Found = npt.NDArray[np.int64]

BLOCK = 128
#: Below this many entries it is quicker to measure them all.
FEW = 2_048
NOWHERE = 9.0


def on_sphere(latitudes: npt.NDArray[np.float64], longitudes: npt.NDArray[np.float64]) -> Chords:
    """Return the points of the unit sphere, one row each; far away from everything where a coordinate is missing."""
    lat, lon = np.radians(latitudes), np.radians(longitudes)
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    return np.where(np.isnan(points), NOWHERE, points).astype(np.float32)


def chord_of(distance_m: float) -> float:
    """Return the chord of the unit sphere under a distance along its surface."""
    return float(2 * np.sin(min(distance_m / EARTH_RADIUS_M, np.pi) / 2))


def along_curve(latitudes: npt.NDArray[np.float64], longitudes: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the order in which entries lie along a Z-shaped curve through the country; those without a point last."""
    known = ~np.isnan(latitudes)
    codes = np.full(len(latitudes), np.iinfo(np.int64).max)
    # 1/512 of a degree is about 200 m: finer than a block, coarser than a street.
    rows = np.clip((latitudes[known] + 90) * 512, 0, 2**17 - 1).astype(np.int64)
    columns = np.clip((longitudes[known] + 180) * 512, 0, 2**18 - 1).astype(np.int64)
    codes[known] = _interleave(rows) << 1 | _interleave(columns)
    return np.argsort(codes, kind="stable")


def _interleave(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Put a zero between each two bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | (values << shift)) & mask
    return values


@dataclass(frozen=True)
class Sphere:
    """The points of all entries, with the middle and reach of each block of them."""

    points: Chords
    middles: Chords
    reaches: Chords

    def chords(self, numbers: Found, position: Point) -> Chords:
        """Return how far entries are from a position, as chords."""
        return _lengths(self.points[numbers] - _row(position))

    def nearest(self, among: npt.NDArray[np.bool_], count: int, position: Point) -> tuple[Found, Chords]:
        """Return the nearest of the marked entries, at least ``count`` of them if there are, with their chords.

        Entries exactly as far as the last one are all in the answer, so that the caller can break the tie.
        """
        if np.count_nonzero(among) <= FEW:
            everywhere = np.flatnonzero(among)
            return _up_to(everywhere, self.chords(everywhere, position), count)
        least = _lengths(self.middles - _row(position)) - self.reaches
        order = np.argsort(least)
        numbers, chords = np.empty(0, np.int64), np.empty(0, np.float32)
        done, step = 0, 8
        while done < len(order):
            blocks = order[done : done + step]
            inside = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
            inside = inside[inside < len(among)]
            inside = inside[among[inside]]
            numbers = np.concatenate([numbers, inside])
            chords = np.concatenate([chords, self.chords(inside, position)])
            numbers, chords = _up_to(numbers, chords, count)
            done, step = done + step, step * 2
            if len(numbers) >= count and done < len(order) and chords.max() < least[order[done]]:
                break
        return numbers, chords


def sphere_of(points: Chords) -> Sphere:
    """Measure the blocks of some points."""
    blocks = -(-len(points) // BLOCK)
    middles, reaches = np.zeros((blocks, 3), np.float32), np.zeros(blocks, np.float32)
    for block in range(blocks):
        inside = points[block * BLOCK : (block + 1) * BLOCK]
        middles[block] = inside.mean(axis=0)
        # A hair more than the farthest, for the rounding of single precision.
        reaches[block] = _lengths(inside - middles[block]).max() + np.float32(1e-6)
    return Sphere(points, middles, reaches)


def _row(position: Point) -> Chords:
    row: Chords = on_sphere(np.array([position.lat]), np.array([position.lon]))[0]
    return row


def _lengths(vectors: Chords) -> Chords:
    lengths: Chords = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths


def _up_to(numbers: Found, chords: Chords, count: int) -> tuple[Found, Chords]:
    """Keep the ``count`` shortest, and all that are as short as the last of them."""
    if len(numbers) <= count:
        return numbers, chords
    kept = chords <= np.partition(chords, count - 1)[count - 1]
    return numbers[kept], chords[kept]
