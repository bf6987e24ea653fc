"""Mean average precision at IoU 0.5 of detections in JSON lines, on a Pascal VOC folder; written from COCO's definition, for a test.

average_precision.py FOLDER SPLIT DETECTIONS.jsonl: prints the AP of each class and their mean.
"""
import json
import os
import sys
import xml.etree.ElementTree as tree


def iou(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def truth_of(folder, name):
    objects = []
    for item in tree.parse(os.path.join(folder, "Annotations", name + ".xml")).getroot().iter("object"):
        left, top, right, bottom = (float(item.find("bndbox/" + key).text) for key in ("xmin", "ymin", "xmax", "ymax"))
        box = (max(0.0, left - 1), max(0.0, top - 1), right, bottom)  # pixels count from 1, both ends inside
        if box[2] > box[0] and box[3] > box[1]:
            objects.append((item.find("name").text, box, (item.findtext("difficult") or "0") != "0"))
    return objects


def average_precision(scored, count):
    """The mean of the precision at 101 recalls, each the best at that recall or a higher one."""
    scored.sort(key=lambda s: -s[0])
    points, right = [], 0
    for n, (_, hit) in enumerate(scored, 1):
        right += hit
        points.append((right / count, right / n))
    best = 0.0
    for i in range(len(points) - 1, -1, -1):
        best = max(best, points[i][1])
        points[i] = (points[i][0], best)
    total = 0.0
    for step in range(101):
        total += next((p for r, p in points if r >= step / 100 - 1e-12), 0.0)
    return total / 101


folder, split, lines = sys.argv[1:]
found = {}
with open(lines, encoding="utf-8") as file:
    for line in map(json.loads, file):
        found[os.path.splitext(os.path.basename(line["image"]))[0]] = line["detections"]
scored, counts = {}, {}
for name in open(os.path.join(folder, "ImageSets", "Main", split + ".txt"), encoding="utf-8").read().split():
    truth = truth_of(folder, name)
    for label, _, difficult in truth:
        counts[label] = counts.get(label, 0) + (not difficult)
    taken = set()
    for one in sorted(found[name], key=lambda d: -d["score"]):
        box = tuple(one["box"][key] for key in ("left", "top", "right", "bottom"))
        candidates = [(iou(box, b), i) for i, (label, b, difficult) in enumerate(truth) if label == one["label"] and i not in taken and not difficult]
        overlap, index = max(candidates, default=(0.0, -1))
        if overlap >= 0.5:
            taken.add(index)
        scored.setdefault(one["label"], []).append((one["score"], overlap >= 0.5))
precisions = {label: average_precision(scored.get(label, []), count) for label, count in counts.items() if count}
print(json.dumps({"classes": precisions, "mean": sum(precisions.values()) / len(precisions)}))
