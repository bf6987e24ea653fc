#!/usr/bin/env bash
# Records what the command line gives on the bundled models and images, so that two builds can be compared:
# a refactoring is to leave every byte of it as it was, but for the words that it changes on purpose.
#
#   tests/record.sh CLI OUTPUT_FOLDER [SHARED_FOLDER]
#
# CLI is a built MlNetVision.Cli.dll. SHARED_FOLDER, with its folders data and models, adds what the repository
# does not bundle: Darknet and Torch7 networks, published networks, photographs. To compare:
#
#   tests/record.sh BEFORE/MlNetVision.Cli.dll before && tests/record.sh AFTER/MlNetVision.Cli.dll after
#   diff -r before after
#
# For each command OUTPUT_FOLDER gets NAME.txt: the command, its exit code, standard output and standard error;
# NAME/: the texts that it wrote (JSON, CSV, HTML); and NAME.files.txt: the SHA-256 of each other file that it wrote,
# of a .zip that of each entry (their times of writing would differ).
#
# Two runs of one build on one machine give the same. So that they do, everything runs on one thread (the order of
# sums follows the number of threads), with fixed seeds, in an empty model folder. Durations become '#', and lines
# of progress that come every few seconds are left out. It takes two to four minutes.
set -uo pipefail

[ $# -ge 2 ] || { echo "usage: tests/record.sh CLI OUTPUT_FOLDER [SHARED_FOLDER]" >&2; exit 2; }
command -v unzip >/dev/null || { echo "tests/record.sh: needs unzip, to look into saved models." >&2; exit 2; }
[ -f "$1" ] || { echo "tests/record.sh: '$1' is no file; expected a built MlNetVision.Cli.dll." >&2; exit 2; }
[ ! -e "$2" ] || [ -z "$(ls -A "$2")" ] || { echo "tests/record.sh: '$2' is not empty; old records would look like new ones." >&2; exit 2; }
[ -z "${3:-}" ] || [ -d "$3/models" ] || { echo "tests/record.sh: '$3' has no folder 'models'." >&2; exit 2; }

absolute() { (cd "$1" && pwd -P); }
cli=$(absolute "$(dirname "$1")")/$(basename "$1")
mkdir -p "$2" && out=$(absolute "$2")
shared=${3:+$(absolute "$3")}
assets=$(absolute "$(dirname "$0")/../assets")
work=$(mktemp -d) && [ -d "$work" ] && work=$(absolute "$work") || { echo "tests/record.sh: no temporary folder can be made." >&2; exit 2; }
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# Nothing of the user's own may be found: pulled models, cached features, a catalogue.
unset MLNETVISION_CATALOGUE
export HOME="$work/home" XDG_DATA_HOME="$work/home/share" MLNETVISION_MODELS="$work/home/models" TERM=dumb NO_COLOR=1
export LC_ALL=C.UTF-8 TZ=UTC DOTNET_PROCESSOR_COUNT=1
mkdir -p "$MLNETVISION_MODELS"
# ONNX Runtime counts the processors that it may use, where a command has no --threads.
one=(); command -v taskset >/dev/null && one=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")

hash_of() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }

# Durations and the temporary folder. Progress with "left" comes by the clock; what a training of a style ends with is
# the average since the line before.
clean() {
  sed -E -e "s#$work#WORK#g" ${shared:+-e "s#$shared#SHARED#g"} \
    -e '/^(scale [0-9]+ of [0-9]+, )?(step|iteration) ([0-9]{2,}|[2-9]) of .* left$/d' -e '/^scale ([0-9]{2,}|[2-9]) of .* left$/d' \
    -e '/^features: .* left$/d' -e '/^step ([0-9]+) of \1:/d' \
    -e 's/[0-9.,]+ (ms|s|min)( left)?$/# \1\2/' -e 's/ in [0-9.,]+ ms/ in # ms/' -e 's/, [0-9]+ (s|min) left/, # \1 left/' \
    -e 's/"(milliseconds|seconds)":[0-9.eE+-]+/"\1":"#"/g' -e 's#<b>[0-9.,]+</b><span>seconds an epoch#<b>\#</b><span>seconds an epoch#' -- "$1"
}
is_text() { case $1 in *.json | *.jsonl | *.csv | *.html) true ;; *) false ;; esac; }

# list_files FOLDER: a line for each file below, sorted; for a .zip a line for each entry.
list_files() {
  (cd "$1" && find . -type f | LC_ALL=C sort) | while IFS= read -r file; do
    is_text "$file" && continue
    case $file in
      *.zip)
        # ML.NET writes '\' between folders; unzip warns of it and means '/'.
        rm -rf "$work/unzipped" && mkdir "$work/unzipped" && unzip -qq "$1/$file" -d "$work/unzipped" 2>/dev/null
        list_files "$work/unzipped" | sed "s#  \./#  $file: #" ;;
      *) printf '%s  %s\n' "$(hash_of <"$1/$file")" "$file" ;;
    esac
  done
}

# record NAME ARGUMENT...: runs a command, which writes below made/NAME only.
record() {
  local name=$1 code; shift
  mkdir -p "made/$name"
  "${one[@]}" dotnet "$cli" "$@" >"$work/stdout" 2>"$work/stderr" <"${input:-/dev/null}"
  code=$?
  {
    echo "$ mlnetvision $*" >"$work/line" && clean "$work/line"; echo "exit code $code"
    echo "--- standard output"; clean "$work/stdout"
    echo "--- standard error"; clean "$work/stderr"
  } >"$out/$name.txt"
  (cd "made/$name" && find . -type f) | while IFS= read -r file; do
    is_text "$file" && mkdir -p "$(dirname "$out/$name/$file")" && clean "made/$name/$file" >"$out/$name/$file"
  done
  list_files "$work/made/$name" >"$out/$name.files.txt"
  [ -s "$out/$name.files.txt" ] || rm "$out/$name.files.txt"
}

# The ground truth of the drawn smear, in the three forms that 'evaluate detector' reads.
write_truth() {
  mkdir -p voc/JPEGImages voc/Annotations voc/ImageSets/Main coco yolo/images yolo/labels
  cp images/blood-smear.png voc/JPEGImages/; cp images/blood-smear.png coco/; cp images/blood-smear.png yolo/images/
  echo blood-smear >voc/ImageSets/Main/test.txt
  printf 'path: .\nval: images\nnames: [RBC, WBC, Platelets]\n' >yolo/data.yaml
  sed -nE 's/.*"label":"([A-Za-z]+)","box":\{"left":([0-9.]+),"top":([0-9.]+),"right":([0-9.]+),"bottom":([0-9.]+)\}.*/\1 \2 \3 \4 \5/p' images/blood-smear.json >truth.txt
  awk 'BEGIN { print "<annotation><filename>blood-smear.png</filename><size><width>640</width><height>480</height><depth>3</depth></size>" }
    { printf "<object><name>%s</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax></bndbox></object>\n", $1, $2, $3, $4, $5 }
    END { print "</annotation>" }' truth.txt >voc/Annotations/blood-smear.xml
  awk 'BEGIN { id["RBC"] = 1; id["WBC"] = 2; id["Platelets"] = 3
      printf "{\"images\":[{\"id\":1,\"file_name\":\"blood-smear.png\",\"width\":640,\"height\":480}],"
      printf "\"categories\":[{\"id\":1,\"name\":\"RBC\"},{\"id\":2,\"name\":\"WBC\"},{\"id\":3,\"name\":\"Platelets\"}],\"annotations\":[" }
    { w = $4 - $2; h = $5 - $3
      printf "%s{\"id\":%d,\"image_id\":1,\"category_id\":%d,\"bbox\":[%s,%s,%s,%s],\"area\":%s,\"iscrowd\":0}", (NR > 1 ? "," : ""), NR, id[$1], $2, $3, w, h, w * h }
    END { print "]}" }' truth.txt >coco/truth.json
  awk 'BEGIN { id["RBC"] = 0; id["WBC"] = 1; id["Platelets"] = 2 }
    { printf "%d %.6f %.6f %.6f %.6f\n", id[$1], ($2 + $4) / 1280, ($3 + $5) / 960, ($4 - $2) / 640, ($5 - $3) / 480 }' truth.txt >yolo/labels/blood-smear.txt
}

make_inputs() {
  mkdir images flowers street masks few bad
  cp "$assets"/images/*.png "$assets"/images/*.jpg "$assets"/images/*.json images/
  cp images/rose.png images/sunflower.png images/tulip.png few/
  for pair in rose:roses sunflower:sunflowers tulip:tulips; do mkdir "flowers/${pair#*:}" && cp "images/${pair%:*}.png" "flowers/${pair#*:}/"; done
  cp images/street.png street/ && cp images/street.mask.png masks/street.png
  echo 'no image' >bad/text.png && head -c 3000 images/rose.png >bad/cut.png && cp images/rose.png bad/
  write_truth
}

record_help() {
  record help --help; record version --version; record no-command
  for command in detect segment classify stylize train "train classifier" "train style" \
    evaluate "evaluate detector" "evaluate segmenter" "evaluate classifier" \
    model "model list" "model pull" "model info" "model convert" "model verify" demo completion; do
    # shellcheck disable=SC2086 # two words are two arguments
    record "help-${command// /-}" $command --help
  done
  for shell in bash zsh pwsh; do record "completion-$shell" completion $shell; done
}

record_models() {
  record model-list model list; record model-list-json model list --json
  for name in blood-cells streets flowers starry-night vgg16-small; do record "model-info-$name" model info $name --json made/model-info-$name/info.json; done
  record model-info-table model info flowers; record model-info-size model info starry-night --size 64x48
  record model-verify model verify
  record model-convert model convert blood-cells -o made/model-convert/cells.onnx
  record model-pull-wrong-file model pull candy-9 --from images/rose.png
  record model-unknown model info nothing-of-the-kind
}

record_detection() {
  record detect detect images/blood-smear.png --threads 1 -o made/detect --json made/detect/found.jsonl
  record detect-stdout detect images few --threads 1 --json
  input=images/blood-smear.png record detect-stdin detect - --threads 1 --json
  record detect-options detect images/blood-smear.png --threads 1 --confidence 0.5 --iou 0.3 --nms soft-gaussian --agnostic --classes WBC,RBC --limit 9 --resize stretch --json
  record detect-bad-files detect bad missing.png --threads 1 --json
  record detect-save detect images/blood-smear.png --threads 1 --confidence 0.4 --save made/detect-save/cells.zip
  record detect-standalone detect images/blood-smear.png --threads 1 --save made/detect-standalone/cells.zip --standalone
  record detect-zip detect images/blood-smear.png --threads 1 -m made/detect-save/cells.zip --json
  record detect-convert-zip model convert made/detect-save/cells.zip -o made/detect-convert-zip/cells.onnx
  record detect-onnx detect images/blood-smear.png --threads 1 -m made/detect-convert-zip/cells.onnx --json
  record detect-wrong-option detect images/blood-smear.png --confidence 2
  record detect-wrong-model detect images/blood-smear.png -m flowers
  for form in voc/voc coco/coco/truth.json yolo/yolo/data.yaml; do
    local name=evaluate-detector-${form%%/*}
    record "$name" evaluate detector "${form#*/}" --threads 1 --json "made/$name/metrics.json" --csv "made/$name/classes.csv" --curves "made/$name/curves.csv"
  done
  record evaluate-detector evaluate detector voc --threads 1 --split test
}

record_segmentation() {
  record segment segment street --threads 1 -o made/segment --json made/segment/shares.jsonl --sheet made/segment/sheet.png
  record segment-options segment images/street.png --threads 1 -o made/segment-options --palette cityscapes --opacity 0.7 --contours --no-legend --upsampling classes --resize letterbox --json
  record segment-cutout segment images/street.png --threads 1 -o made/segment-cutout --keep car,pedestrian --background blur
  record segment-windows segment images/street.png --threads 1 -o made/segment-windows --windows
  record segment-save segment images/street.png --threads 1 --save made/segment-save/streets.zip
  record segment-zip segment images/street.png --threads 1 -m made/segment-save/streets.zip --json
  record evaluate-segmenter evaluate segmenter street masks --threads 1 --json made/evaluate-segmenter/metrics.json --csv made/evaluate-segmenter/confusion.csv --metrics made/evaluate-segmenter/classes.csv --image made/evaluate-segmenter/confusion.png
  record evaluate-segmenter-table evaluate segmenter street masks --threads 1 --ignore 11
}

record_classification() {
  record classify classify few --threads 1 -o made/classify --json made/classify/found.jsonl --heatmap
  record classify-stdout classify few --threads 1 --top 1 --json
  record classify-options classify images/rose.png --threads 1 --resize crop --softmax on --preprocess imagenet --json
  record classify-save classify few --threads 1 --save made/classify-save/flowers.zip
  record classify-standalone classify few --threads 1 --save made/classify-standalone/flowers.zip --standalone
  record classify-zip classify few --threads 1 -m made/classify-save/flowers.zip --json
  record classify-standalone-zip classify few --threads 1 -m made/classify-standalone/flowers.zip --json
  record evaluate-classifier evaluate classifier flowers --threads 1 --json made/evaluate-classifier/metrics.json --csv made/evaluate-classifier/confusion.csv --metrics made/evaluate-classifier/classes.csv --image made/evaluate-classifier/confusion.png
  record evaluate-classifier-calibrate evaluate classifier flowers --threads 1 --calibrate -o made/evaluate-classifier-calibrate/flowers.onnx
}

record_style() {
  record stylize stylize images/rose.png --threads 1 -o made/stylize --json made/stylize/painted.jsonl
  record stylize-options stylize images/rose.png --threads 1 -o made/stylize-options --strength 0.6 --preserve-colours luminance --format webp --quality 80
  record stylize-histogram stylize images/rose.png --threads 1 -o made/stylize-histogram --preserve-colours histogram --mask streets --keep sky,tree --invert-mask
  record stylize-tile stylize images/street.png --threads 1 -o made/stylize-tile --tile
  record stylize-save stylize images/tulip.png --threads 1 --save made/stylize-save/night.zip --grid made/stylize-save/grid.png
  record stylize-zip stylize images/tulip.png --threads 1 -m made/stylize-save/night.zip -o made/stylize-zip
  record stylize-style stylize images/tulip.png --threads 1 --style images/rose.png --style images/sunflower.png --weights 2,1 --size 96 --iterations 3 --scales 2 --preview 2 -o made/stylize-style --json
  record stylize-style-adam stylize images/tulip.png --threads 1 --style images/rose.png --size 64 --iterations 4 --solver adam --start noise --seed 7 -o made/stylize-style-adam
}

# record_classifier_training NAME TRAIN VALIDATION
record_classifier_training() {
  local made=made/$1
  record "$1" train classifier "$2" --validation "$3" --threads 1 --seed 5 --epochs 4 --batch-size 4 --cache "$work/cache-$1" -o "$made/flowers.zip" --export "$made/flowers.onnx" --report "$made/report"
  record "$1-dense" train classifier "$2" --validation "$3" --threads 1 --seed 5 --epochs 2 --batch-size 4 --head dense --schedule cosine --optimizer sgd --label-smoothing 0.1 --balance --cache "$work/cache-$1" -o "$made-dense/flowers.zip" --export "$made-dense/flowers.onnx"
  record "$1-use" classify few --threads 1 -m "$made/flowers.zip" --json
}

record_training() {
  record_classifier_training train-classifier flowers flowers
  # The last convolution before the pooling, as 'model info flowers' names it.
  record train-classifier-unfreeze train classifier flowers --validation flowers --threads 1 --seed 5 --epochs 1 --batch-size 3 -f flowers --unfreeze /f/f.13 --unfreeze-epochs 1 --augment --preview made/train-classifier-unfreeze/augmented.png --cache "$work/cache-unfreeze" -o made/train-classifier-unfreeze/flowers.zip
  record train-style train style --style images/sunflower.png --photos few --threads 1 --seed 3 --iterations 3 --batch-size 1 --crop 64 --width 0.5 --keep-every 2 --preview images/rose.png --workspace made/train-style/run -o made/train-style/style.zip --export made/train-style/style.onnx
  record train-style-use stylize images/rose.png --threads 1 -m made/train-style/style.onnx -o made/train-style-use
}

record_shared() {
  local models=$shared/models name form
  for name in yolo-lite-voc yolo-lite-coco yolo-fastest-1.1-xl blood-cells; do
    record "darknet-$name-info" model info "$models/darknet/$name.cfg" --json
    record "darknet-$name-convert" model convert "$models/darknet/$name.cfg" -o "made/darknet-$name-convert/network.onnx"
  done
  record darknet-detect detect "$shared/data/images/dog.jpg" --threads 1 -m "$models/darknet/yolo-fastest-1.1-xl.cfg" --labels "$models/darknet/coco.names" -o made/darknet-detect --json made/darknet-detect/found.jsonl
  record darknet-save detect "$shared/data/images/dog.jpg" --threads 1 -m "$models/darknet/yolo-lite-voc.cfg" --labels "$models/darknet/voc.names" --save made/darknet-save/voc.zip --json
  for name in candy mosaic starry_night_doodle; do
    record "torch7-$name-info" model info "$models/torch7/$name.t7" --size 96x64
    record "torch7-$name-convert" model convert "$models/torch7/$name.t7" -o "made/torch7-$name-convert/network.onnx"
  done
  record torch7-stylize stylize few/rose.png --threads 1 -m "$models/torch7/candy.t7" -m "$models/torch7/mosaic.t7" --weights 0.7,0.3 -o made/torch7-stylize
  record shared-segment segment "$shared/data/images/dog.jpg" --threads 1 -m "$models/onnx/deeplabv3-mobilenetv2-voc-257.onnx" -o made/shared-segment --json
  record shared-classify classify "$shared/data/images" --threads 1 -m "$models/onnx/mobilenetv2-imagenet-224-uint8.onnx" --labels "$models/onnx/imagenet.names" --top 2 --json
  record shared-verify model verify "$models"/onnx/*.onnx "$models"/wild/*.onnx "$models"/keras/*
  record shared-evaluate evaluate detector "$shared/data/bccd" --split test --threads 1 --json
  for form in train valid; do
    for name in roses sunflowers tulips; do
      mkdir -p "photos/$form/$name"
      find "$shared/data/flower_photos/$form/$name" -type f | LC_ALL=C sort | head -8 | while IFS= read -r file; do cp "$file" "photos/$form/$name/"; done
    done
  done
  record_classifier_training shared-train photos/train photos/valid
}

make_inputs
record_help
record_models
record_detection
record_segmentation
record_classification
record_style
record_training
record demo demo -o made/demo
[ -z "$shared" ] || record_shared
echo "$(find "$out" -name '*.txt' ! -name '*.files.txt' | wc -l) commands recorded in $out."
