#!/usr/bin/env python3
"""Writes placement-vectors.csv: slots, weights and hosts by the rules in Slot and Placement, without DFile's code."""
import hashlib

def slot(name):
    return int(hashlib.sha256(name.encode("utf-8")).hexdigest()[:3], 16)

def weight(slot, host):
    return int.from_bytes(hashlib.sha256(slot.to_bytes(2, "big") + host.encode("utf-8")).digest()[:8], "big")

def hosts(slot, ids, replicas):
    return sorted(ids, key=lambda h: (-weight(slot, h), h))[:replicas]

NAMES = ["a", "b", "a/b", "hello.txt", "reports/2026/november.csv", "A", "with blank", "übersicht", "u\u0308bersicht",
         "日本語/ファイル", "🚀", "x" * 255, "/".join(["y" * 255] * 16), "..a", "a.", "~", "\u0001"]
SLOTS = [0, 1, 2, 255, 256, 2048, 4094, 4095]
HOSTS = ["n1", "n2", "n3", "n4", "n5"]
OTHERS = ["0", "z", "host-with_every.sign", "a" * 63]

with open("placement-vectors.csv", "w", encoding="utf-8", newline="\n") as out:
    out.write("# slot,NAME,SLOT | weight,SLOT,HOST,WEIGHT (unsigned) | hosts,SLOT,REPLICAS,HOSTS of n1..n5 in order\n")
    for name in NAMES:
        out.write(f"slot,{name},{slot(name)}\n")
    for s in SLOTS:
        for h in HOSTS + OTHERS:
            out.write(f"weight,{s},{h},{weight(s, h)}\n")
    for s in SLOTS + list(range(3, 43)):
        for r in (1, 3, 5):
            out.write(f"hosts,{s},{r},{' '.join(hosts(s, HOSTS, r))}\n")
