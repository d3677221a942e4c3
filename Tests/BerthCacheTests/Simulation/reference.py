"""LRU, FIFO and SIEVE once more, written without a look at Berth's: reads a trace, prints hits and lookups.

Arguments: policy, capacity in bytes. Standard input: a line "key size" for each lookup. An object larger than the cache
is not kept.
"""

import collections
import sys


def lru(capacity, lookups, promote=True):
    kept, used, hits = collections.OrderedDict(), 0, 0
    for key, size in lookups:
        if key in kept:
            hits += 1
            if promote:
                kept.move_to_end(key)
            continue
        if size > capacity:
            continue
        while used + size > capacity:
            used -= kept.popitem(last=False)[1]
        kept[key] = size
        used += size
    return hits


def sieve(capacity, lookups):
    # A plain list, newest first, as the paper's figure draws it; the hand is an index that moves to the left.
    queue, used, hand, hits = [], 0, None, 0
    for key, size in lookups:
        found = next((item for item in queue if item[0] == key), None)
        if found is not None:
            hits += 1
            found[2] = True
            continue
        if size > capacity:
            continue
        while used + size > capacity:
            if hand is None or hand < 0:
                hand = len(queue) - 1
            while queue[hand][2]:
                queue[hand][2] = False
                hand -= 1
                if hand < 0:
                    hand = len(queue) - 1
            used -= queue.pop(hand)[1]
            hand -= 1
        queue.insert(0, [key, size, False])
        used += size
        if hand is not None and hand >= 0:
            hand += 1
        else:
            hand = None
    return hits


def main():
    policy, capacity = sys.argv[1], int(sys.argv[2])
    lookups = []
    for line in sys.stdin:
        key, size = line.split()
        lookups.append((key, int(size)))
    hits = {
        "lru": lambda: lru(capacity, lookups),
        "fifo": lambda: lru(capacity, lookups, promote=False),
        "sieve": lambda: sieve(capacity, lookups),
    }[policy]()
    print(hits, len(lookups))


main()
