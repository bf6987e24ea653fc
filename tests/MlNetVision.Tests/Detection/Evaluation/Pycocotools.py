"""Reads {"truth": COCO instances, "detections": COCO results} on standard input; prints precision per class and threshold as pycocotools has it."""
import contextlib
import io
import json
import sys

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

given = json.load(sys.stdin)
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO()
    truth.dataset = given["truth"]
    truth.createIndex()
    evaluation = COCOeval(truth, truth.loadRes(given["detections"]), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()

# precision: thresholds x recalls x categories x areas ("all" is 0) x maxDets (100 is the last); -1 where a class has no truth.
precision = evaluation.eval["precision"][:, :, :, 0, -1]
per_class = [[float(numpy.mean(precision[t, :, k])) for t in range(precision.shape[0])] for k in range(precision.shape[2])]
json.dump({"mAP": float(evaluation.stats[0]), "mAP50": float(evaluation.stats[1]), "mAP75": float(evaluation.stats[2]), "perClass": per_class}, sys.stdout)
