#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/06-train-detector.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/06-train-detector.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Detection;
using MlNetVision.Evaluation;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Training.Detection;
using MlNetVision;
using SkiaSharp;
using System.Globalization;
using System.IO;

// # Training a detector: from boxes to its mistakes
//
// A detector learns from images with boxes. This notebook starts with 40 of them and ends with a detector in a file. On the way it shows what the
// network is asked for, how its answer is graded (the loss), what training changes, and above all the mistakes that remain: they tell what to do next.
//
// The network is YOLO v2's form, as in the notebook `01-detection`, which explains its output. It is trained twice: from the weights of the bundled
// `blood-cells`, and from random ones. The images are drawn here, so nothing is downloaded. `mlnetvision train detector FOLDER` does the same with photographs.
//
// *To run it:* until the packages `MlNetVision` and `MlNetVision.Training` are published, make and register them with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/06-train-detector.cs`. It takes three minutes on two processor cores.

// ## 1. Images with boxes
//
// Drawn blood smears, 320 × 320 pixels: red cells (`RBC`), white cells (`WBC`) and platelets. Stain, light, magnification, sharpness and noise differ
// from image to image, cells overlap, some white cells are small and some platelets large, and specks of dirt look like platelets but have no box. It
// should not be too easy: only mistakes show what to improve.
//
// ### Helpers for drawing (skip when reading)
//
// `DrawSmear` draws an image and returns its boxes. `ShowDrawing` shows what is drawn on a sheet, `ShowTiles` images side by side with something
// drawn over each.

const int Side = 320;

float Any(Random random, double least, double most) =>
    (float)(least + (most - least) * random.NextDouble());

SKColor Tint(SKColor c, float by, byte alpha = 255) => new(
    (byte)Math.Min(255, c.Red * by), (byte)Math.Min(255, c.Green * by),
    (byte)Math.Min(255, c.Blue * by), alpha);

// An ellipse whose radius wavers.
SKPath Blob(float x, float y, float radius, float waver, Random random)
{
    var (second, third) = (Any(random, -waver, waver), Any(random, -waver, waver));
    var (phase, turn, flat) = (Any(random, 0, 6), Any(random, 0, 3), Any(random, .86, 1));
    SKPoint At(int i)
    {
        var t = 2 * MathF.PI * i / 60;
        var r = radius * (1 + second * MathF.Cos(2 * t + phase) + third * MathF.Cos(3 * t - phase));
        var (dx, dy) = (r * MathF.Cos(t), r * flat * MathF.Sin(t));
        var (cos, sin) = (MathF.Cos(turn), MathF.Sin(turn));
        return new(x + dx * cos - dy * sin, y + dx * sin + dy * cos);
    }
    var path = new SKPath();
    path.AddPoly([.. Enumerable.Range(0, 60).Select(At)]);
    return path;
}

void Glow(SKCanvas canvas, float x, float y, float radius, SKColor color)
{
    using var shader = SKShader.CreateRadialGradient(
        new(x, y), radius, [color, color.WithAlpha(0)], SKShaderTileMode.Clamp);
    using var paint = new SKPaint { Shader = shader };
    canvas.DrawCircle(x, y, radius, paint);
}

// A disc thinner in its middle. Light passes both cells where two overlap, hence Multiply.
SKPath DrawRed(SKCanvas canvas, float x, float y, float radius, SKColor rim, Random random)
{
    var path = Blob(x, y, radius, .05f, random);
    var color = Tint(rim, Any(random, .93, 1.06));
    var centre = Tint(color, Any(random, 1.02, 1.3));
    using var shader = SKShader.CreateRadialGradient(
        new(x + Any(random, -3, 3), y + Any(random, -3, 3)), radius,
        [centre, centre, color, color], [0, .16f, .6f, 1], SKShaderTileMode.Clamp);
    using var fill = new SKPaint
    {
        Shader = shader, IsAntialias = true, BlendMode = SKBlendMode.Multiply,
    };
    using var edge = new SKPaint
    {
        Style = SKPaintStyle.Stroke, StrokeWidth = 1.4f, IsAntialias = true,
        Color = Tint(color, .72f, 130),
    };
    canvas.DrawPath(path, fill);
    canvas.DrawPath(path, edge);
    return path;
}

// Pale plasma around a nucleus of one to four lobes.
SKPath DrawWhite(SKCanvas canvas, float x, float y, float radius, SKColor stain, Random random)
{
    var path = Blob(x, y, radius, .04f, random);
    using var plasma = new SKPaint { Color = Tint(stain, 1.7f, 225), IsAntialias = true };
    canvas.DrawPath(path, plasma);
    using var nucleus = new SKPaint { Color = stain, IsAntialias = true };
    var (lobes, start) = (random.Next(1, 5), Any(random, 0, 6));
    for (var i = 0; i < lobes; i++)
    {
        var t = start + 4.5f * i / lobes;
        var (lx, ly) = (x + .42f * radius * MathF.Cos(t), y + .42f * radius * MathF.Sin(t));
        var size = radius * (lobes == 1 ? .55f : Any(random, .36, .46));
        using var lobe = Blob(lx, ly, size, .08f, random);
        canvas.DrawPath(lobe, nucleus);
        for (var k = 0; k < 6; k++)
        {
            var (gx, gy) = (lx + Any(random, -9, 9), ly + Any(random, -9, 9));
            Glow(canvas, gx, gy, 6, Tint(stain, .7f, 110));
        }
    }
    return path;
}

SKPath DrawPlatelet(SKCanvas canvas, float x, float y, float radius, SKColor stain, Random random)
{
    var path = Blob(x, y, radius, .12f, random);
    using var paint = new SKPaint { Color = Tint(stain, 1.5f, 215), IsAntialias = true };
    canvas.DrawPath(path, paint);
    for (var i = 0; i < 5; i++)
        Glow(canvas, x + Any(random, -4, 4), y + Any(random, -4, 4), 3, Tint(stain, 1, 150));
    return path;
}

// The lens blurs, the sensor adds noise (Box–Muller).
SKBitmap Photograph(SKBitmap drawn, float blur, float noise, Random random)
{
    var photo = drawn.Copy();
    using (var canvas = new SKCanvas(photo))
    {
        var whole = new SKImageFilter.CropRect(SKRect.Create(Side, Side));
        using var filter = SKImageFilter.CreateBlur(
            blur, blur, SKShaderTileMode.Clamp, null, whole);
        using var paint = new SKPaint { ImageFilter = filter };
        canvas.DrawBitmap(drawn, 0, 0, paint);
    }
    byte Grain(byte value, double by) => (byte)Math.Clamp(value + by + .5, 0, 255);
    double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(6.2832 * random.NextDouble());
    var pixels = photo.Pixels;
    for (var i = 0; i < pixels.Length; i++)
    {
        var (p, common) = (pixels[i], noise * Gauss());
        pixels[i] = new SKColor(
            Grain(p.Red, common + .5 * noise * Gauss()), Grain(p.Green, common),
            Grain(p.Blue, common + .5 * noise * Gauss()));
    }
    photo.Pixels = pixels;
    return photo;
}

SKBitmap DrawSmear(int seed, out List<(string Label, SKRect Box)> boxes)
{
    var random = new Random(seed);
    var found = new List<(string Label, SKRect Box)>();
    var info = new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
    using var image = new SKBitmap(info);
    using var canvas = new SKCanvas(image);
    var rim = SKColor.FromHsv(
        Any(random, 346, 384) % 360, Any(random, 9, 36), Any(random, 74, 92));
    var stain = SKColor.FromHsv(Any(random, 228, 268), Any(random, 38, 66), Any(random, 52, 82));
    var zoom = Any(random, .75, 1.25);
    canvas.Clear(SKColor.FromHsv(Any(random, 0, 120), Any(random, 0, 7), Any(random, 76, 94)));
    for (var i = 0; i < 20; i++)
    {
        var shade = (byte)random.Next(170, 240);
        var (x, y) = (Any(random, 0, Side), Any(random, 0, Side));
        Glow(canvas, x, y, Any(random, 40, 110), new(shade, shade, (byte)(shade - 8), 40));
    }

    var taken = new List<(float X, float Y, float Radius)>();
    bool TryPlace(float radius, float gap, out float x, out float y)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var (ax, ay) = (Any(random, -5, Side + 5), Any(random, -5, Side + 5));
            (x, y) = (ax, ay);
            if (taken.Any(t => MathF.Sqrt((t.X - ax) * (t.X - ax) + (t.Y - ay) * (t.Y - ay))
                < gap * (t.Radius + radius))) continue;
            taken.Add((x, y, radius));
            return true;
        }
        (x, y) = (0, 0);
        return false;
    }
    // What is cut off at the border until little is left has no box.
    void Add(string label, SKPath path)
    {
        var whole = path.TightBounds;
        var box = SKRect.Intersect(whole, SKRect.Create(Side, Side));
        path.Dispose();
        if (box.Width * box.Height > .25f * whole.Width * whole.Height) found.Add((label, box));
    }

    var whites = new List<(float X, float Y, float Radius)>();
    for (var i = random.Next(5) switch { 0 => 0, 4 => 2, _ => 1 }; i > 0; i--)
    {
        var radius = zoom * Any(random, 22, 44);
        if (TryPlace(radius, .9f, out var x, out var y)) whites.Add((x, y, radius));
    }
    for (var i = random.Next(9, 17); i > 0; i--)
    {
        var radius = zoom * Any(random, 22, 28);
        if (TryPlace(radius, .5f, out var x, out var y))
            Add("RBC", DrawRed(canvas, x, y, radius, rim, random));
    }
    foreach (var (x, y, radius) in whites)
        Add("WBC", DrawWhite(canvas, x, y, radius, stain, random));
    for (var i = random.Next(1, 5); i > 0; i--)
    {
        var radius = zoom * (random.Next(5) == 0 ? Any(random, 11, 17) : Any(random, 6, 10));
        if (TryPlace(radius, .75f, out var x, out var y))
            Add("Platelets", DrawPlatelet(canvas, x, y, radius, stain, random));
    }
    for (var i = random.Next(9) - 3; i > 0; i--)
    {
        using var speck = Blob(
            Any(random, 0, Side), Any(random, 0, Side), zoom * Any(random, 3, 8), .25f, random);
        var color = Tint(stain, Any(random, .75, 1.4), 190);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawPath(speck, paint);
    }
    boxes = found;
    return Photograph(image, Any(random, .7, 2.3), Any(random, 2, 10), random);
}

SKPaint Ink(float size = 13) =>
    new() { Color = SKColors.Black, TextSize = size, IsAntialias = true };

SKPaint Pen(SKColor color, float width) =>
    new() { Style = SKPaintStyle.Stroke, Color = color, StrokeWidth = width, IsAntialias = true };

void DrawBox(SKCanvas canvas, BoundingBox box, SKColor color, float width)
{
    using var pen = Pen(color, width);
    canvas.DrawRect(new SKRect(box.Left, box.Top, box.Right, box.Bottom), pen);
}

void ShowDrawing(int width, int height, Action<SKCanvas> draw)
{
    using var sheet = new SKBitmap(width, height);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        draw(canvas);
    }
    using var jpeg = sheet.Encode(SKEncodedImageFormat.Jpeg, 88);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

void ShowTiles(
    int columns, float scale,
    IReadOnlyList<(string Path, string Text, Action<SKCanvas> Over)> tiles)
{
    var (across, down) = ((int)(scale * Side) + 8, (int)(scale * Side) + 26);
    var rows = (tiles.Count + columns - 1) / columns;
    ShowDrawing(columns * across, rows * down, canvas =>
    {
        using var ink = Ink();
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
        foreach (var (i, (path, text, over)) in tiles.Index())
        {
            canvas.Save();
            canvas.Translate(i % columns * across, i / columns * down);
            canvas.DrawText(text, 2, scale * Side + 15, ink);
            canvas.Scale(scale);
            canvas.ClipRect(SKRect.Create(Side, Side));
            using var bitmap = SKBitmap.Decode(path);
            canvas.DrawBitmap(bitmap, 0, 0, smooth);
            over(canvas);
            canvas.Restore();
        }
    });
}

// ### The data set
//
// YOLO's form: a text file per image with a line per box (class, centre, width, height, as parts of the image), and `data.yaml`, which names classes
// and folders. Pascal VOC, COCO and LabelMe would do as well. `DetectorData` opens the data set for training and says what cannot be used.

string[] names = ["Platelets", "RBC", "WBC"];
SKColor[] hues = [new(0, 140, 60), new(205, 45, 35), new(30, 80, 200)];
var work = Directory.CreateTempSubdirectory("mlnetvision-cells-").FullName;

void DrawSet(string set, int count, int firstSeed)
{
    var images = Directory.CreateDirectory(Path.Combine(work, "images", set)).FullName;
    var labels = Directory.CreateDirectory(Path.Combine(work, "labels", set)).FullName;
    for (var i = 0; i < count; i++)
    {
        using var smear = DrawSmear(firstSeed + i, out var boxes);
        using var png = smear.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(Path.Combine(images, $"{i:00}.png"), png.ToArray());
        string Line((string Label, SKRect Box) b)
        {
            float[] numbers = [b.Box.MidX, b.Box.MidY, b.Box.Width, b.Box.Height];
            var invariant = CultureInfo.InvariantCulture;
            var parts = numbers.Select(n => (n / Side).ToString("0.0000", invariant));
            return $"{Array.IndexOf(names, b.Label)} {string.Join(' ', parts)}";
        }
        File.WriteAllLines(Path.Combine(labels, $"{i:00}.txt"), boxes.Select(Line));
    }
}

DrawSet("train", 30, 100);
DrawSet("valid", 10, 500);
File.WriteAllText(Path.Combine(work, "data.yaml"), $"""
    train: images/train
    val: images/valid
    names: [{string.Join(", ", names)}]
    """);

var data = DetectorData.Open(Path.Combine(work, "data.yaml"));
string Count(DetectionDataSet set) => $"{set.Images.Count} images with " + string.Join(", ",
    set.ClassNames.Select(n => $"{set.Images.Sum(i => i.Boxes.Count(b => b.Label == n))} {n}"));
display($"""
    training: {Count(data.Train)}
    validation: {Count(data.Validation)}
    """);
var firstLabel = File.ReadLines(Path.Combine(work, "labels", "train", "00.txt")).First();
display($"the labels of the first image begin: {firstLabel}");

SKColor HueOf(string label) => hues[Array.IndexOf(names, label)];

Action<SKCanvas> Boxes(AnnotatedImage image) => canvas =>
{
    foreach (var b in image.Boxes) DrawBox(canvas, b.Box, HueOf(b.Label), 2);
};

ShowTiles(4, .75f, [.. data.Train.Images.Take(8).Select(i =>
    (i.Path, Path.GetFileName(i.Path), Boxes(i)))]);

// ## 2. What the network is asked for
//
// `DetectorStart` sets up a network for the data set: here one with random weights, and one with those of `blood-cells`. Both are `small`: seven
// convolutions and a head, 0.8 million weights. Its grid has 20 × 20 cells of 16 pixels. A cell has to describe the objects whose *centre* lies in it: for each of five *anchors* a box, an objectness and the classes.
// So 2,000 predictions, for some 15 objects.

var fromRandom = DetectorStart.Create(data.Train);
var fromCells = DetectorStart.Create(data.Train, new() { Start = "blood-cells", Size = (Side, Side) });

const int Cells = 20, Cell = Side / Cells;
string Describe(DetectorStart start) => $"{start.LoadedLayers} layers with given values, "
    + $"anchors {(start.HasProposed ? "by k-means" : "of its own")}, "
    + $"detects the classes already: {start.IsWhole}";
display($"""
    network:        {fromRandom.Network.Layers.Sum(l => l.Values):N0} values
    random weights: {Describe(fromRandom)}
    blood-cells:    {Describe(fromCells)}
    """);

// ### Anchors
//
// An anchor is a typical size; a prediction says how its box differs from it. k-means groups the sizes of all boxes, with $1 - \text{IoU}$ as the
// distance, both boxes centred on one point. (With Euclidean distance, large boxes would decide.) Each dot below is a box of the training set, in the
// colour of its most similar anchor; the rectangles are the anchors. The anchors of `blood-cells` are those of photographs with larger cells.

var sizes = AnchorClustering.Sizes(data.Train.Images, DetectorStart.ResizeOf(fromRandom.Network));
SKColor[] anchorHues =
    [new(30, 80, 200), new(205, 45, 35), new(230, 140, 0), new(120, 40, 160), new(0, 130, 120)];

int Nearest(BoxSize size, IReadOnlyList<BoxSize> anchors) =>
    Enumerable.Range(0, anchors.Count).MaxBy(a => BoxSize.IoU(size, anchors[a]));

void DrawAnchors(SKCanvas canvas, float left, string name, IReadOnlyList<BoxSize> anchors)
{
    const float Scale = 2.8f, Bottom = 415;
    using var ink = Ink();
    using var axis = Pen(SKColors.Gray, 1);
    var fit = AnchorClustering.Fit(sizes, anchors).MeanIoU;
    canvas.DrawText($"{name}: mean IoU {fit:0.00}", left, 16, ink);
    canvas.DrawRect(SKRect.Create(left, Bottom - 140 * Scale, 140 * Scale, 140 * Scale), axis);
    foreach (var size in sizes)
    {
        var color = anchorHues[Nearest(size, anchors)];
        using var dot = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawCircle(left + Scale * size.Width, Bottom - Scale * size.Height, 2, dot);
    }
    foreach (var (a, anchor) in anchors.Index())
    {
        using var pen = Pen(anchorHues[a], 2);
        var (width, height) = (Scale * anchor.Width, Scale * anchor.Height);
        canvas.DrawRect(SKRect.Create(left, Bottom - height, width, height), pen);
    }
}

ShowDrawing(850, 425, canvas =>
{
    DrawAnchors(canvas, 10, "k-means", fromRandom.Anchors.Sizes);
    DrawAnchors(canvas, 430, "blood-cells", fromCells.Anchors.Sizes);
});

string Fit(int k) => $"{AnchorClustering.Fit(sizes, AnchorClustering.Find(sizes, k)).MeanIoU:0.00}";
display("mean IoU with the best of k anchors: "
    + string.Join(", ", Enumerable.Range(1, 7).Select(k => $"k = {k}: {Fit(k)}")));

// ### The responsible prediction
//
// For each object exactly one prediction is *responsible*: of the cell that holds its centre, with the anchor of the most similar shape. It has to
// give this box and this class. All others have to say that there is nothing. Below, the responsible cells of one image and its boxes, in the
// colour of the responsible anchor. Two objects that share cell and anchor would share one prediction: the network could not learn both.

(int Column, int Row, int Anchor) Responsible(BoundingBox box, DetectorStart start) => (
    (int)((box.Left + box.Right) / 2 / Cell), (int)((box.Top + box.Bottom) / 2 / Cell),
    Nearest(new BoxSize(box.Width, box.Height), start.Anchors.Sizes));

var shown = data.Train.Images[5];
ShowTiles(1, 1.6f, [(shown.Path, "", canvas =>
{
    using var line = Pen(new SKColor(20, 40, 60, 90), .7f);
    for (var i = 1; i < Cells; i++)
    {
        canvas.DrawLine(i * Cell, 0, i * Cell, Side, line);
        canvas.DrawLine(0, i * Cell, Side, i * Cell, line);
    }
    foreach (var b in shown.Boxes)
    {
        var (column, row, anchor) = Responsible(b.Box, fromRandom);
        using var fill = new SKPaint { Color = anchorHues[anchor].WithAlpha(110) };
        canvas.DrawRect(SKRect.Create(column * Cell, row * Cell, Cell, Cell), fill);
        DrawBox(canvas, b.Box, anchorHues[anchor], 1.5f);
    }
})]);

int Shared(AnnotatedImage image) =>
    image.Boxes.Count - image.Boxes.Select(b => Responsible(b.Box, fromRandom)).Distinct().Count();
display($"objects without a prediction of their own: {data.Train.Images.Sum(Shared)} "
    + $"of {data.Train.Images.Sum(i => i.Boxes.Count)}");

// ## 3. The loss, term by term
//
// The loss says how wrong the predictions are, and training makes it smaller. It is a sum of terms over all predictions of an image
// ([arXiv:1612.08242](https://arxiv.org/abs/1612.08242); the weights 5 and 1 are those of `small`):
//
// | term | of | measures |
// |---|---|---|
// | box | responsible predictions | $\frac{1}{2}(2 - wh)$ times the squared errors of centre, in cells, and size, as logarithms |
// | objectness | responsible predictions | $\frac{5}{2}(\sigma(t_o) - \text{IoU})^2$: the objectness is to say how well the box fits |
// | no object | all others with IoU up to 0.6 | $\frac{1}{2}\sigma(t_o)^2$ |
// | class | responsible predictions | cross-entropy: $-\ln$ of the probability of the true class |
// | prior | in the beginning, all others | pulls boxes to their anchors, so that they start sensibly |
//
// Here they are for one object, from the network's raw numbers. `blood-cells` has not seen such drawings, but knows what a cell is; with random
// weights all numbers mean nothing yet. (The library computes the loss as part of the network's graph, with gradients.)

float[] RunNetwork(OnnxModel model, string path)
{
    using var session = new InferenceSession(model.ToBytes());
    using var image = RgbImage.Load(path);
    var pixels = new float[3 * Side * Side];
    TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.Unit);
    using var tensor = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Side, Side]);
    using var once = new RunOptions();
    using var results = session.Run(once, session.InputNames, [tensor], session.OutputNames);
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

static float Logistic(float t) => 1 / (1 + MathF.Exp(-t));

string Terms(DetectorStart start, GroundTruthBox truth, float[] raw)
{
    var (column, row, anchor) = Responsible(truth.Box, start);
    float At(int k) => raw[((anchor * 8 + k) * Cells + row) * Cells + column];
    var prior = start.Anchors.Sizes[anchor];
    var (x, y) = (column + Logistic(At(0)), row + Logistic(At(1)));
    var (width, height) = (prior.Width * MathF.Exp(At(2)), prior.Height * MathF.Exp(At(3)));
    var predicted = BoundingBox.FromCenter(x * Cell, y * Cell, width, height);
    var t = truth.Box;
    var (dx, dy) = (x - (t.Left + t.Right) / 2 / Cell, y - (t.Top + t.Bottom) / 2 / Cell);
    var (dw, dh) = (MathF.Log(width / t.Width), MathF.Log(height / t.Height));
    var weight = 2 - t.Width * t.Height / (Side * Side);
    var box = weight / 2 * (dx * dx + dy * dy + dw * dw + dh * dh);

    var iou = BoundingBox.IoU(predicted, t);
    var objectness = 2.5f * MathF.Pow(Logistic(At(4)) - iou, 2);
    var exps = Enumerable.Range(5, 3).Select(k => MathF.Exp(At(k))).ToArray();
    var p = exps[start.Labels.ToList().IndexOf(truth.Label)] / exps.Sum();
    return $"IoU {iou:0.0}, objectness {Logistic(At(4)):0.0}, {truth.Label} {p:0.0}: "
        + $"box {box:0.0}, objectness {objectness:0.0}, class {-MathF.Log(p):0.0}";
}

foreach (var (name, start) in new[] { ("random weights", fromRandom), ("blood-cells", fromCells) })
{
    var raw = RunNetwork(start.ToModel(), shown.Path);
    var samples = names.Select(n => shown.Boxes.First(b => b.Label == n));
    display($"{name}\n" + string.Join("\n", samples.Select(b => "  " + Terms(start, b, raw))));
}

// ## 4. Augmentation
//
// Thirty images are few. So the network never sees the same one twice: edges move, images grow, shrink and flip, colours change, and four are put
// together (*mosaic*, not in the last epochs). Boxes follow. Look at this sheet before each training: where boxes miss their objects, the data set
// is wrong, and where you cannot tell the classes any more, the augmentation is too strong. Blood has no top, so these are flipped vertically too.

var options = new DetectorTrainingOptions
{
    Epochs = 25,
    BatchSize = 6,
    WarmUpSteps = 20,
    Augmentation = new() { VerticalFlip = .5, Mosaic = .2, EpochsWithoutMosaic = 5 },
};
using (var sheet = DetectorPreview.Draw(
    fromCells.Network, data.Train, options, images: 3, variations: 3))
{
    Convert.ToBase64String(sheet.Encode(ImageFormat.Jpeg, 85)).DisplayAs("image/jpeg");
}

// ## 5. Training
//
// Both starts see the same images in the same order for the same number of steps; the learning rate is smaller where there is something to destroy
// (0.0003 and 0.001, the defaults). After each epoch the validation images are evaluated. *Average precision* is the area under a class's
// precision-recall curve (step 6); with mAP@.5, the mean over the classes, a detection is correct from an IoU of 0.5 on. The weights of the best epoch are kept.

// Average precision ranks all detections, so scores may be low.
ObjectDetector OpenForEvaluation(OnnxModel model) => ObjectDetector.Load(model, new()
{
    Adjust = o => o with { Confidence = DetectionEvaluator.LowestScore },
});

double Map50(OnnxModel model)
{
    using var detector = OpenForEvaluation(model);
    var evaluator = new DetectionEvaluator(names);
    foreach (var image in data.Validation.Images)
        evaluator.Add(image.Id, detector.Detect(image.Path).Detections, image.Boxes);
    return evaluator.Evaluate().Map50!.Value;
}

TrainedDetector Train(DetectorStart start) =>
    DetectorTrainer.Train(start, data.Train, data.Validation, options);

var untrained = Map50(fromCells.ToModel());
var trained = Train(fromCells);

var control = Train(fromRandom);
var (best, bestControl) = (trained.Evaluation!.Map50!.Value, control.Evaluation!.Map50!.Value);
display($"""
    {trained.Steps} steps each
    blood-cells as it is:          mAP@.5 above 0.8: {untrained > .8}
    trained from blood-cells:      mAP@.5 above 0.8: {best > .8}
    trained from random weights:   mAP@.5 above 0.8: {bestControl > .8}
    """);

// The loss by term and epoch (columns above 30 are cut off), and mAP@.5, with the same colours for the two starts. From random weights, most of the
// loss is at first `no object`: two thousand predictions claim something. They learn to be silent within a few epochs; what an object is takes longer.

SKColor[] termHues =
    [new(30, 80, 200), new(230, 140, 0), new(150, 150, 150), new(205, 45, 35), new(170, 120, 200)];
string[] termNames = ["box", "objectness", "no object", "class", "prior"];
SKColor[] startHues = [new(30, 80, 200), new(217, 105, 20)];
const int Across = 300, Down = 200, Top = 40;

void DrawAxes(SKCanvas canvas, float left, string name, double most)
{
    using var ink = Ink();
    using var grid = Pen(new SKColor(220, 220, 220), 1);
    canvas.DrawText(name, left, 14, ink);
    for (var k = 0; k <= 4; k++)
    {
        var y = Top + Down - Down * k / 4f;
        canvas.DrawLine(left, y, left + Across, y, grid);
        canvas.DrawText($"{most * k / 4:0.##}", left - 30, y + 4, ink);
    }
}

void DrawLegend(SKCanvas canvas, float left, IEnumerable<(string Name, SKColor Color)> entries)
{
    using var ink = Ink(12);
    foreach (var (name, color) in entries)
    {
        using var fill = new SKPaint { Color = color };
        canvas.DrawRect(SKRect.Create(left, 21, 10, 10), fill);
        canvas.DrawText(name, left + 14, 31, ink);
        left += 26 + ink.MeasureText(name);
    }
}

void DrawTerms(SKCanvas canvas, float left, string name, IReadOnlyList<DetectorEpoch> history)
{
    const double Most = 30;
    DrawAxes(canvas, left, name, Most);
    DrawLegend(canvas, left, termNames.Zip(termHues));
    var width = (float)Across / history.Count;
    foreach (var (e, losses) in history.Select(h => h.Losses).Index())
    {
        double[] terms =
            [losses.Box, losses.Objectness, losses.NoObject, losses.Class, losses.Prior];
        var sum = 0.0;
        foreach (var (term, hue) in terms.Zip(termHues))
        {
            var (from, to) = (Math.Min(1, sum / Most), Math.Min(1, (sum + term) / Most));
            using var fill = new SKPaint { Color = hue };
            canvas.DrawRect(new SKRect(
                left + e * width, Top + Down * (float)(1 - to),
                left + (e + .85f) * width, Top + Down * (float)(1 - from)), fill);
            sum += term;
        }
    }
}

void DrawLine(SKCanvas canvas, float left, IReadOnlyList<(double X, double Y)> points, SKColor hue)
{
    using var pen = Pen(hue, 2);
    SKPoint At((double X, double Y) p) =>
        new(left + Across * (float)p.X, Top + Down * (float)(1 - p.Y));
    for (var i = 1; i < points.Count; i++) canvas.DrawLine(At(points[i - 1]), At(points[i]), pen);
}

(double, double)[] MapByEpoch(TrainedDetector t) =>
    [.. t.History.Select((h, i) => (i / (t.History.Count - 1.0), h.Map50!.Value))];

ShowDrawing(1120, 255, canvas =>
{
    DrawTerms(canvas, 35, "loss, from blood-cells", trained.History);
    DrawTerms(canvas, 410, "loss, from random weights", control.History);
    DrawAxes(canvas, 785, "mAP@.5 on the validation images", 1);
    DrawLegend(canvas, 785, [("blood-cells", startHues[0]), ("random weights", startHues[1])]);
    DrawLine(canvas, 785, MapByEpoch(trained), startHues[0]);
    DrawLine(canvas, 785, MapByEpoch(control), startHues[1]);
});

// ## 6. Mistakes
//
// A single metric hides what goes wrong. First, the *precision-recall curve* of each class: sort all detections by score, and after each one ask which
// part of the detections so far is correct (precision) and which part of the objects is found (recall). A curve that falls early has wrong detections
// with high scores; one that ends early has objects that are never found.
//
// A user sees one point of it, at a *confidence threshold*. $F_1$, the harmonic mean of precision and recall, finds one that weighs both equally; the line
// marks the highest mean over the classes.

var perClass = trained.Evaluation!.PerClass;

double F1(ClassEvaluation c, double threshold)
{
    var last = c.Curve.LastOrDefault(point => point.Score >= threshold);
    var sum = last.Precision + last.Recall;
    return sum > 0 ? 2 * last.Precision * last.Recall / sum : 0;
}

double MeanF1(double threshold) => perClass.Average(c => F1(c, threshold));

double[] thresholds = [.. Enumerable.Range(1, 99).Select(i => i / 100.0)];
var threshold = (float)thresholds.MaxBy(MeanF1);

ShowDrawing(760, 255, canvas =>
{
    var legend = perClass.Select(c => (c.Label, HueOf(c.Label))).ToList();
    DrawAxes(canvas, 35, "precision against recall", 1);
    DrawAxes(canvas, 420, "F1 against the confidence threshold", 1);
    DrawLegend(canvas, 35, legend);
    DrawLegend(canvas, 420, legend);
    foreach (var c in perClass)
    {
        DrawLine(canvas, 35, [.. c.Curve.Select(p => (p.Recall, p.Precision))], HueOf(c.Label));
        DrawLine(canvas, 420, [.. thresholds.Select(t => (t, F1(c, t)))], HueOf(c.Label));
    }
    DrawLine(canvas, 420, [(threshold, 0), (threshold, 1)], SKColors.Black);
});

// At that threshold, each mistake has a kind ([arXiv:2008.08115](https://arxiv.org/abs/2008.08115)):
//
// | kind | what it is |
// |---|---|
// | missed | an object that no detection of its class covers with an IoU of 0.5 |
// | wrong class | a detection that covers an object of another class |
// | duplicate | a detection of an object that another one has found |
// | badly placed | a detection whose best IoU with an object of its class lies between 0.1 and 0.5 |
// | background | a detection of nothing |
//
// `DetectionMatches` pairs detections and objects by COCO's rules, and gives the confusion matrix: the true class by row, the predicted one by column.
// Its last row has detections without an object of their own, its last column missed objects.

var detector = OpenForEvaluation(trained.Model);
var matches = data.Validation.Images.Select(image => (Image: image, Matches: DetectionMatches.Of(
    detector.Detect(image.Path).Detections, image.Boxes, threshold))).ToList();

string KindOf(MatchedDetection d, AnnotatedImage image)
{
    if (d.Outcome != MatchOutcome.FalsePositive) return "correct";
    float Most(bool own) => image.Boxes.Where(b => b.Label == d.Detection.Label == own)
        .Select(b => BoundingBox.IoU(b.Box, d.Detection.Box)).DefaultIfEmpty().Max();
    return Most(true) >= .5 ? "duplicate" : Most(false) >= .5 ? "wrong class"
        : Most(true) >= .1 ? "badly placed" : "background";
}

string[] kinds = ["missed", "wrong class", "duplicate", "badly placed", "background"];
IEnumerable<(string Kind, string Label)> MistakesOf(AnnotatedImage image, DetectionMatches m)
{
    foreach (var d in m.Detections) yield return (KindOf(d, image), d.Detection.Label);
    foreach (var o in m.Objects.Where(o => !o.IsFound)) yield return ("missed", o.Object.Label);
}

var mistakes = matches.SelectMany(m => MistakesOf(m.Image, m.Matches)).ToList();

ShowDrawing(520, 130, canvas =>
{
    using var ink = Ink();
    foreach (var (k, kind) in kinds.Index())
    {
        canvas.DrawText(kind, 4, 22 + 24 * k, ink);
        var x = 110f;
        foreach (var label in names)
        {
            var count = mistakes.Count(m => m == (kind, label));
            using var fill = new SKPaint { Color = HueOf(label) };
            canvas.DrawRect(SKRect.Create(x, 9 + 24 * k, 14 * count, 17), fill);
            x += 14 * count;
        }
        canvas.DrawText($"{mistakes.Count(m => m.Kind == kind)}", x + 5, 22 + 24 * k, ink);
    }
});

var confusion = DetectionMatches.Confusion(names, matches.Select(m => m.Matches));
using (var drawn = ConfusionMatrixPainter.Draw(confusion))
    Convert.ToBase64String(drawn.Encode(ImageFormat.Jpeg, 88)).DisplayAs("image/jpeg");

// Numbers do not say *why*. The images with the most mistakes do: on the left the ground truth, with missed objects thick; on the right the detections,
// with mistakes thick and named.

Action<SKCanvas> Truth(DetectionMatches m) => canvas =>
{
    foreach (var o in m.Objects)
        DrawBox(canvas, o.Object.Box, HueOf(o.Object.Label), o.IsFound ? 1 : 4);
};

Action<SKCanvas> Answer(AnnotatedImage image, DetectionMatches m) => canvas =>
{
    using var ink = Ink(11);
    using var paper = new SKPaint { Color = SKColors.White.WithAlpha(210) };
    foreach (var d in m.Detections)
    {
        var (kind, box) = (KindOf(d, image), d.Detection.Box);
        DrawBox(canvas, box, HueOf(d.Detection.Label), kind == "correct" ? 1 : 4);
        if (kind == "correct") continue;
        var (x, y) = (Math.Clamp(box.Left, 0, Side - 75), Math.Clamp(box.Bottom, 0, Side - 14));
        canvas.DrawRect(SKRect.Create(x, y, ink.MeasureText(kind) + 4, 13), paper);
        canvas.DrawText(kind, x + 2, y + 10, ink);
    }
};

var worst = matches.OrderByDescending(m => m.Matches.FalsePositives + m.Matches.FalseNegatives);
ShowTiles(4, .75f, [.. worst.Take(4).SelectMany(m => new (string, string, Action<SKCanvas>)[]
{
    (m.Image.Path, $"{m.Matches.Objects.Count} objects, {m.Matches.FalseNegatives} missed",
        Truth(m.Matches)),
    (m.Image.Path, $"{m.Matches.FalsePositives} false positives", Answer(m.Image, m.Matches)),
})]);

// ## 7. What to do about them
//
// In this run, dirt is taken for platelets, a large platelet for a white cell and a small white cell for a platelet, and most of the missed cells are cut by the
// border. Each kind of mistake has its own remedies:
//
// | kind | what helps |
// |---|---|
// | missed | a lower threshold, at the expense of precision; more images of such objects; of small ones a larger input (`--size 512`, `DetectorStartOptions.Size`) |
// | wrong class | more images of the rarer class; look at its labels first |
// | duplicate | a lower IoU of non-maximum suppression, at the expense of objects that overlap |
// | badly placed | boxes that were drawn more carefully; anchors that fit; longer training |
// | background | images of what it is taken for, without boxes: also images without any object are training data |
//
// First look at the labels: on photographs, an error at a clearly visible object is often a missing box. Then change one thing at a time, and compare on the same
// validation images.
//
// One of these trade-offs takes no training: the limit of IoU above which a box suppresses another of its class. At low limits, cells that overlap
// suppress each other; at high ones, one cell is found twice.

double[] limits = [.02, .05, .1, .2, .3, .4, .5, .6];

(int Missed, int Duplicates) CountAt(double limit)
{
    using var detector = ObjectDetector.Load(trained.Model, new()
    {
        Adjust = o => o with
        {
            Confidence = threshold, Suppression = o.Suppression with { IoU = (float)limit },
        },
    });
    var (missed, duplicates) = (0, 0);
    foreach (var image in data.Validation.Images)
    {
        var found = detector.Detect(image.Path).Detections;
        var matches = DetectionMatches.Of(found, image.Boxes, threshold);
        missed += matches.FalseNegatives;
        duplicates += matches.Detections.Count(d => KindOf(d, image) == "duplicate");
    }
    return (missed, duplicates);
}

var byLimit = limits.Zip(limits.Select(CountAt)).ToList();
ShowDrawing(400, 270, canvas =>
{
    var most = 20.0 * (1 + byLimit.Max(c => Math.Max(c.Second.Missed, c.Second.Duplicates)) / 20);
    DrawAxes(canvas, 35, "mistakes against the IoU limit", most);
    DrawLegend(canvas, 35, [("missed", startHues[0]), ("duplicates", startHues[1])]);
    DrawLine(canvas, 35, [.. byLimit.Select(c => (c.First, c.Second.Missed / most))], startHues[0]);
    DrawLine(
        canvas, 35, [.. byLimit.Select(c => (c.First, c.Second.Duplicates / most))], startHues[1]);
    using var ink = Ink();
    foreach (var x in new[] { .2, .4, .6 })
        canvas.DrawText($"{x}", 35 + Across * (float)x - 8, Top + Down + 18, ink);
});

// ## 8. The detector in a file
//
// `SaveZip` writes a model for any ML.NET app, `SaveOnnx` one for any runtime; classes, input size and anchors are in both. `SaveDarknet` writes
// Darknet's files. Loaded again, with the threshold from step 6, the detector gets an image that it has never seen.

var (zip, onnx) = (Path.Combine(work, "cells.zip"), Path.Combine(work, "cells.onnx"));
trained.SaveZip(zip);
trained.SaveOnnx(onnx);

var unseen = Path.Combine(work, "unseen.png");
using (var smear = DrawSmear(901, out _))
using (var png = smear.Encode(SKEncodedImageFormat.Png, 100))
{
    File.WriteAllBytes(unseen, png.ToArray());
}

DetectionResult Detect(string model)
{
    using var loaded = ObjectDetector.Load(model, new()
    {
        Adjust = o => o with { Confidence = threshold },
    });
    return loaded.Detect(unseen);
}

var (fromZip, fromOnnx) = (Detect(zip).Detections, Detect(onnx).Detections);
display($"the same detections from both files: {fromZip.SequenceEqual(fromOnnx)}");
ShowTiles(1, 1.8f, [(unseen, "", canvas =>
{
    using var ink = Ink(9);
    foreach (var d in fromZip)
    {
        DrawBox(canvas, d.Box, HueOf(d.Label), 1.5f);
        canvas.DrawText($"{d.Score:P0}", d.Box.Left + 2, d.Box.Bottom - 3, ink);
    }
})]);

var report = Path.Combine(work, "report");
trained.WriteReport(report, "Drawn cells", fromCells, data.Train, data.Validation, options);
var reportFiles = Directory.GetFiles(report).Select(file => Path.GetFileName(file)).Order();
display($"the report: {string.Join(", ", reportFiles)}");
Directory.Delete(work, recursive: true);

// To go on: leave out the small white cells in training, and see what becomes of them; train with `Freeze = "layer_08_convolutional"`, which leaves the first four
// convolutions as they are; or use photographs of your own. `mlnetvision train detector FOLDER --start blood-cells -o cells.zip
// --report report` trains on them, and the report has the curves and mistakes of this notebook.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/06-train-detector";
        var file = $"06-train-detector.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}
