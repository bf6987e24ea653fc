#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/01-detection.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/01-detection.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision;
using SkiaSharp;
using System.IO;

// # The output of a YOLO network, step by step
//
// A YOLO network runs once per image and gives a grid of numbers. This notebook explains that output: the grid, the objectness, the anchors,
// the formulas from numbers to boxes, and how overlapping boxes are suppressed.
//
// The model is the bundled `blood-cells` (YOLO v2, three classes), and the image is the bundled drawing of a blood smear.
// `Detect` does all of this in one call; the last step shows it.
//
// *To run it:* until the package `MlNetVision` is published, make and register it with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/01-detection.cs`.

// ## 1. The image
//
// Red cells with pale centres, some touching and some cut by the border; one white cell with a lobed nucleus; five platelets.

var work = Directory.CreateTempSubdirectory("mlnetvision-detection-").FullName;
var smearFile = SampleImages.Save("blood-smear.png", work);
var image = RgbImage.Load(smearFile);

display($"{image.Width} × {image.Height} pixels");
Convert.ToBase64String(image.Encode(ImageFormat.Jpeg, 85)).DisplayAs("image/jpeg");

// ### Helpers for drawing (skip when reading)
//
// `ShowSmear` draws something over the image and shows it. Most steps use it.

var smear = SKBitmap.Decode(smearFile);

void ShowSmear(Action<SKCanvas> draw)
{
    using var copy = smear.Copy();
    using (var canvas = new SKCanvas(copy)) draw(canvas);
    using var jpeg = copy.Encode(SKEncodedImageFormat.Jpeg, 85);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

SKPaint Pen(SKColor color, float width) =>
    new() { Style = SKPaintStyle.Stroke, Color = color, StrokeWidth = width, IsAntialias = true };

void DrawBox(SKCanvas canvas, BoundingBox box, SKColor color, float width)
{
    using var pen = Pen(color, width);
    canvas.DrawRect(new SKRect(box.Left, box.Top, box.Right, box.Bottom), pen);
}

// ## 2. Input and output of the network
//
// The network takes 416 × 320 pixels, red, green and blue each as a plane of numbers from 0 to 1. Like most YOLO networks it takes a
// *letterbox*, which keeps the proportions and fills the rest with grey: four rows above our image and four below. Some networks were trained on
// *stretched* images.
// `geometry` holds how the image was fitted, so that boxes can be mapped back.
//
// The output is one grid: the raw numbers of the last convolution, not yet probabilities or pixels.

var model = ModelLocator.Open("blood-cells");
var head = model.GetYoloHeads()![0];
var labels = model.GetNames()!;

var toInput = new ResizeOptions { Width = 416, Height = 320, Mode = ResizeMode.Letterbox };
var small = ImageResizer.Resize(image, toInput, out var geometry);
var pixels = new float[3 * small.Height * small.Width];
TensorPacker.Pack(small, pixels, PixelLayout.Nchw, PixelNormalization.Unit);

float[] Run(float[] input)
{
    using var session = new InferenceSession(model.ToBytes());
    using var tensor = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 320, 416]);
    using var options = new RunOptions();
    using var results = session.Run(options, ["image"], [tensor], [head.Output]);
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

const int Columns = 26, Rows = 20, Attributes = 5 + 3;
var raw = Run(pixels);
var grid = new YoloGrid(raw, head.Anchors.Count * Attributes, Rows, Columns);

var numbers = $"(x, y, w, h, objectness + {labels.Length} classes)";
display($"""
    image -> network: x · {geometry.ScaleX:0.000}, y · {geometry.ScaleY:0.000}
    {raw.Length} numbers = {Columns} × {Rows} cells × {head.Anchors.Count} anchors × {numbers}
    """);

// ## 3. The grid
//
// Each of the 26 × 20 cells predicts the objects whose *centre* lies in it. A cell covers 16 × 16 pixels of the input, which are 25 × 25 of our image. The marked cell holds
// the centre of the white cell, so it must describe an object nearly seven times as wide as itself. It can, because its receptive field (the part of
// the image that it depends on) is much larger than the cell.

var (cellWidth, cellHeight) = (16 / geometry.ScaleX, 16 / geometry.ScaleY);
var (left, top) = (-geometry.OffsetX / geometry.ScaleX, -geometry.OffsetY / geometry.ScaleY);

(int Column, int Row) CellAt(float x, float y) => ((int)((x - left) / cellWidth), (int)((y - top) / cellHeight));

SKRect CellArea(int column, int row) =>
    SKRect.Create(left + column * cellWidth, top + row * cellHeight, cellWidth, cellHeight);

var white = CellAt(342, 216);
ShowSmear(canvas =>
{
    using var thin = Pen(new SKColor(20, 40, 60, 110), 1);
    using var bold = Pen(SKColors.Yellow, 4);
    for (var row = 0; row < Rows; row++)
        for (var column = 0; column < Columns; column++) canvas.DrawRect(CellArea(column, row), thin);
    canvas.DrawRect(CellArea(white.Column, white.Row), bold);
});
display($"The white cell's centre lies in column {white.Column}, row {white.Row}.");

// ## 4. Objectness
//
// For every cell and anchor one number says how likely an object's centre is here: $\sigma(t_o) = 1 / (1 + e^{-t_o})$.
// The map shows the highest of the five anchors, from red (low) to yellow (near 1): a bright spot at the middle of each blood cell. Where
// neighbouring cells are bright, all of them predict the same object; steps 7 and 8 handle that.

var objectness = new YoloGridParser([head], labels, toInput.Width, toInput.Height).Objectness(0, grid);

float ObjectnessAt(int anchor, int column, int row) =>
    objectness[(anchor * Rows + row) * Columns + column];

float Best(int column, int row) =>
    Enumerable.Range(0, head.Anchors.Count).Max(anchor => ObjectnessAt(anchor, column, row));

ShowSmear(canvas =>
{
    canvas.Clear(SKColors.Black);
    using var faint = new SKPaint { Color = SKColors.White.WithAlpha(110) };
    canvas.DrawBitmap(smear, 0, 0, faint);
    for (var i = 0; i < Columns * Rows; i++)
    {
        var p = Best(i % Columns, i / Columns);
        var heat = SKColor.FromHsv(60 * p, 100, 100).WithAlpha((byte)(230 * MathF.Sqrt(p)));
        using var fill = new SKPaint { Color = heat };
        canvas.DrawRect(CellArea(i % Columns, i / Columns), fill);
    }
});

var low = objectness.Count(p => p < 0.01f);
var high = objectness.Count(p => p > 0.5f);
var bright = Enumerable.Range(0, Columns * Rows).Count(i => Best(i % Columns, i / Columns) > 0.5f);
display($"""
    {objectness.Length} predictions: {low} below 0.01, {high} above 0.5
    cells in which some anchor is above 0.5: {bright}
    """);

// ## 5. Anchors
//
// The network does not predict a width in pixels. It predicts how an object differs from one of five typical sizes, the *anchors*. They were
// found by k-means over the boxes of the training set: a small one for platelets, three for red cells, a large one for white cells. Each cell has
// all five. Here they are drawn around the marked cell.

string[] names = ["blue", "crimson", "orange", "purple", "teal"];
SKColor[] colors =
    [SKColors.Blue, SKColors.Crimson, SKColors.DarkOrange, SKColors.Purple, SKColors.Teal];
var centre = CellArea(white.Column, white.Row);
var table = "anchor           grid cells       pixels   objectness in the marked cell";

ShowSmear(canvas =>
{
    for (var i = 0; i < head.Anchors.Count; i++)
    {
        var anchor = head.Anchors[i];
        var (width, height) = (anchor.Width * cellWidth, anchor.Height * cellHeight);
        var box = BoundingBox.FromCenter(centre.MidX, centre.MidY, width, height);
        DrawBox(canvas, box, colors[i], 3);
        table += $"\n{i} {names[i],-10} {anchor.Width,6:0.00} × {anchor.Height,4:0.00}"
            + $"   {width,5:0} × {height,3:0}"
            + $"   {ObjectnessAt(i, white.Column, white.Row),8:0.00}";
    }
});
display(table);

// ## 6. From numbers to a box
//
// For the cell in column $c_x$, row $c_y$ and an anchor $p_w \times p_h$, YOLO v2 reads its eight numbers as
//
// $$b_x = c_x + \sigma(t_x), \quad b_y = c_y + \sigma(t_y), \quad b_w = p_w e^{t_w}, \quad b_h = p_h e^{t_h}$$
//
// in grid cells, and $\text{score} = \sigma(t_o) \cdot \text{softmax}(t_1, t_2, t_3)$. The logistic function keeps the centre inside its cell;
// the exponential keeps sizes positive. We compute it for the marked cell, with the anchor of highest objectness.

static float Logistic(float t) => 1 / (1 + MathF.Exp(-t));

static float[] Softmax(float[] t)
{
    var sum = t.Sum(MathF.Exp);
    return [.. t.Select(v => MathF.Exp(v) / sum)];
}

var chosen = Enumerable.Range(0, head.Anchors.Count)
    .MaxBy(anchor => ObjectnessAt(anchor, white.Column, white.Row));
var t = new float[Attributes];
for (var k = 0; k < Attributes; k++)
    t[k] = raw[((chosen * Attributes + k) * Rows + white.Row) * Columns + white.Column];

var (dx, dy) = (Logistic(t[0]), Logistic(t[1]));
var (pw, ph) = (head.Anchors[chosen].Width, head.Anchors[chosen].Height);
var (growX, growY) = (MathF.Exp(t[2]), MathF.Exp(t[3]));
var byHand = BoundingBox.FromCenter(
    left + (white.Column + dx) * cellWidth, top + (white.Row + dy) * cellHeight,
    pw * growX * cellWidth, ph * growY * cellHeight);

var objectnessHere = Logistic(t[4]);
var classes = Softmax(t[5..]);

string Corners(BoundingBox box) => $"{box.Left:0} {box.Top:0} {box.Right:0} {box.Bottom:0}";

var rawText = string.Join("  ", t.Select(v => $"{v:0.00}"));
var classText = string.Join(", ", labels.Zip(classes, (label, p) => $"{label} {p:0.00}"));
display($"""
    raw       {rawText}
    centre    ({white.Column} + {dx:0.00}, {white.Row} + {dy:0.00}) cells
    size      ({pw:0.00} · {growX:0.00}, {ph:0.00} · {growY:0.00}) cells
    box       {Corners(byHand)} pixels: left, top, right, bottom
    classes   {classText}
    score     {objectnessHere:0.00} · {classes.Max():0.00} = {objectnessHere * classes.Max():0.00}
    """);

// `YoloGridParser.Decode` does this for all 2,600 predictions and keeps those whose score reaches the confidence threshold. Its result for our cell:

var parser = new YoloGridParser([head], labels, toInput.Width, toInput.Height);
var options = new DetectionOptions { Confidence = 0.25f };
var candidates = parser.Decode([grid], geometry, options);

var same = candidates.MaxBy(c => BoundingBox.IoU(c.Box, byHand));
display($"{same.Label} {same.Score:0.00} at {Corners(same.Box)}");

// ## 7. Too many boxes
//
// Neighbouring cells and anchors often describe the same object, so there are more candidates than blood cells. The thicker a line, the higher its score.

var hues = new[] { SKColors.Crimson, SKColors.Gold, SKColors.DodgerBlue };

ShowSmear(canvas =>
{
    foreach (var c in candidates) DrawBox(canvas, c.Box, hues[c.ClassIndex], 1 + 2 * c.Score);
});

var counts = candidates.CountBy(c => c.Label).Select(c => $"{c.Value} {c.Key}");
display($"{candidates.Count} candidates: {string.Join(", ", counts)}");

// How much do two boxes overlap? *Intersection over union* is the area that both cover, divided by the area that either covers: 0 for boxes
// apart, 1 for equal ones. Two squares of side 4, one moved by 2 in both directions, share 2 · 2 = 4 of 16 + 16 − 4 = 28: IoU = 1/7.
// Below it: the two candidates for the white cell with the lowest IoU.

var (first, second) = (new BoundingBox(0, 0, 4, 4), new BoundingBox(2, 2, 6, 6));
display($"IoU of the squares: {BoundingBox.IoU(first, second):0.000}");

var whites = candidates.Where(c => c.Label == "WBC").ToList();
var pairs =
    from one in whites
    from other in whites
    where one.Score > other.Score
    select (A: one, B: other, IoU: BoundingBox.IoU(one.Box, other.Box));
var (green, red, overlap) = pairs.MinBy(p => p.IoU);
ShowSmear(canvas =>
{
    DrawBox(canvas, green.Box, SKColors.Lime, 4);
    DrawBox(canvas, red.Box, SKColors.Red, 4);
});
display($"""
    green   {green.Label} {green.Score:0.00} at {Corners(green.Box)}
    red     {red.Label} {red.Score:0.00} at {Corners(red.Box)}
    IoU     {overlap:0.00}
    """);

// ## 8. Non-maximum suppression
//
// Take the candidate of the highest score, suppress all others of its class whose IoU with it exceeds a limit, and repeat with the rest.
// That is the whole algorithm; `NonMaxSuppression.Apply` gives the same result faster. Kept boxes are drawn in their class's colour, suppressed ones in black.

var waiting = candidates.OrderByDescending(c => c.Score).ToList();
var kept = new List<Detection>();
while (waiting.Count > 0)
{
    var best = waiting[0];
    kept.Add(best);
    waiting.RemoveAll(c => c == best
        || (c.Label == best.Label && BoundingBox.IoU(c.Box, best.Box) > 0.45f));
}

ShowSmear(canvas =>
{
    foreach (var c in candidates.Except(kept)) DrawBox(canvas, c.Box, SKColors.Black, 2);
    foreach (var c in kept) DrawBox(canvas, c.Box, hues[c.ClassIndex], 3);
});

var library = NonMaxSuppression.Apply(candidates, new NonMaxSuppressionOptions { IoU = 0.45f });
display($"{kept.Count} of {candidates.Count} candidates kept; the library keeps {library.Count}, "
    + $"the same ones: {kept.ToHashSet().SetEquals(library)}");

// The limit is a choice. Too low, and touching cells suppress each other; too high, and one cell is counted twice:

var boxesByLimit = "limit   boxes";
foreach (var limit in new[] { 0.02f, 0.1f, 0.45f, 0.7f, 0.95f })
{
    var boxes = NonMaxSuppression.Apply(candidates, new NonMaxSuppressionOptions { IoU = limit });
    boxesByLimit += $"\n{limit,5:0.00}   {boxes.Count,5}";
}
display(boxesByLimit);

// ## 9. The count, and the same in two lines
//
// The detector counts the cells of each kind. `ObjectDetector` does all the steps above, for one image or a stream of images. It reads the
// resize mode, the anchors and the class names from the model's metadata.

using (var detector = ObjectDetector.Load("blood-cells"))
{
    var result = detector.Detect(smearFile);
    var cells = result.Detections.CountBy(d => d.Label);
    display(string.Join('\n', cells.Select(count => $"{count.Key,-10} {count.Value,3}")));

    bool IsKept(Detection d) => kept.Any(k =>
        k.Label == d.Label && BoundingBox.IoU(k.Box.Clip(640, 480), d.Box) > 0.99f);
    display($"The same boxes as step by step: {result.Detections.All(IsKept)}");
}

// The ground truth is 24 red cells, 1 white cell and 5 platelets. To go on: lower `Confidence` in step 6 to 0.05 and see the new boxes; resize by
// `ResizeMode.Stretch` in step 2 and see that the boxes of step 7 still match the cells, because `geometry` maps them back; or use a smear of
// your own.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/01-detection";
        var file = $"01-detection.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}
