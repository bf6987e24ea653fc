#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/03-transfer-learning.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/03-transfer-learning.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Training;
using SkiaSharp;
using System.Diagnostics;
using System.IO;

// # Transfer learning: new flowers for a network that knows others
//
// A network that classifies roses and tulips has learnt more than these: its layers respond to edges, then petals, centres, leaves. *Transfer learning*
// keeps those layers and trains only a new last layer, from few images and in seconds. The bundled model `flowers` knows roses, sunflowers and
// tulips. This notebook trains it on three kinds that it has never seen: daisies, lilies and poppies.
//
// The images are drawn here, so nothing is downloaded. `mlnetvision train classifier FOLDER` does the same with photographs.
//
// *Run it* in a .NET Interactive host, from within the repository, or as a console program: `dotnet run notebooks/03-transfer-learning.cs`.
// Until the packages are published, the first cell takes them from a folder that two commands in the repository's root make:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision

// ## 1. The images
//
// Sixty images of each kind for training, and thirty for validation. Every kind has all colours, so only the shape distinguishes them: many narrow
// petals around a yellow centre (daisies), six pointed ones (lilies), four or five broad ones around a dark centre (poppies).

SKColor Shade(SKColor c, float by) => new((byte)(c.Red * by), (byte)(c.Green * by), (byte)(c.Blue * by));

void DrawFlower(SKCanvas canvas, string kind, float x, float y, float radius, Random random)
{
    float Any(double least, double most) => (float)(least + (most - least) * random.NextDouble());
    SKColor[] colors = [new(250, 248, 240), new(245, 170, 200), new(220, 40, 50), new(240, 140, 40), new(150, 90, 200), new(250, 215, 70)];
    var color = colors[random.Next(colors.Length)];
    var (count, wide, tip) = kind switch { "daisies" => (random.Next(13, 22), .08f, .9f), "lilies" => (6, .17f, .12f), _ => (random.Next(4, 6), .38f, 1.25f) };
    using var paint = new SKPaint { IsAntialias = true };
    canvas.Save();
    canvas.Translate(x, y);
    canvas.RotateDegrees(Any(0, 360));
    canvas.Scale(1, Any(.6, 1));
    for (var i = 0; i < count; i++)
    {
        var (length, half, shade) = (radius * Any(.9, 1.05), radius * wide, Any(.75, 1));
        canvas.Save();
        canvas.RotateDegrees(360f * i / count + Any(-5, 5));
        using var petal = new SKPath();
        petal.MoveTo(0, 0);
        petal.CubicTo(half * 1.6f, length * .3f, half * 1.8f * tip, length, 0, length);
        petal.CubicTo(-half * 1.8f * tip, length, -half * 1.6f, length * .3f, 0, 0);
        using var shader = SKShader.CreateLinearGradient(new(0, 0), new(0, length), [Shade(color, shade * .6f), Shade(color, shade)], SKShaderTileMode.Clamp);
        paint.Shader = shader;
        canvas.DrawPath(petal, paint);
        canvas.Restore();
    }
    paint.Shader = null;
    paint.Color = kind switch { "daisies" => new(235, 190, 40), "lilies" => new(120, 140, 50), _ => new(40, 30, 45) };
    canvas.DrawCircle(0, 0, radius * (kind == "lilies" ? .1f : .24f), paint);
    canvas.Restore();
}

SKBitmap Meadow(int width, int height, Random random)
{
    float Any(double least, double most) => (float)(least + (most - least) * random.NextDouble());
    var image = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
    using var canvas = new SKCanvas(image);
    using var paint = new SKPaint { IsAntialias = true };
    canvas.Clear(SKColor.FromHsv(Any(70, 140), Any(30, 70), Any(20, 60)));
    for (var i = 0; i < width * height / 430; i++)
    {
        paint.Color = SKColor.FromHsv(Any(60, 150), Any(30, 80), Any(15, 70));
        canvas.Save();
        canvas.Translate(Any(0, width), Any(0, height));
        canvas.RotateDegrees(Any(0, 360));
        canvas.DrawOval(0, 0, Any(10, 40), Any(2, 8), paint);
        canvas.Restore();
    }
    return image;
}

const int Side = 160;
SKBitmap DrawImage(string kind, int seed)
{
    var random = new Random(seed);
    var image = Meadow(Side, Side, random);
    using var canvas = new SKCanvas(image);
    var flowers = random.Next(1, 4);
    for (var i = 0; i < flowers; i++)
        DrawFlower(canvas, kind, 45 + 70 * random.NextSingle(), 45 + 70 * random.NextSingle(), (28 + 34 * random.NextSingle()) / (flowers > 1 ? 1.4f : 1), random);
    return image;
}

string[] kinds = ["daisies", "lilies", "poppies"];
var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "MlNetVision.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run this from within the repository.");
var work = Directory.CreateTempSubdirectory("mlnetvision-flowers-").FullName;

foreach (var (set, count, first) in new[] { ("train", 60, 0), ("valid", 30, 5000) })
{
    foreach (var (k, kind) in kinds.Index())
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, set, kind)).FullName;
        for (var i = 0; i < count; i++)
        {
            using var drawn = DrawImage(kind, 10000 * k + first + i);
            using var png = drawn.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder, $"{i:00}.png"), png.ToArray());
        }
    }
}

// A data set is one folder per class. `LabeledImages` reads it. For photographs, `ImageCopies.Find` finds duplicates, and `Split(0.8, seed)` divides
// one folder at random.

void Show(SKBitmap bitmap)
{
    using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 88);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

// Images side by side, each with lines of text below it.
void ShowTiles(int columns, IEnumerable<(string Path, string[] Lines)> tiles)
{
    var list = tiles.ToList();
    var height = Side + 8 + 16 * list.Max(t => t.Lines.Length);
    using var sheet = new SKBitmap(columns * (Side + 8), Math.Max(1, (list.Count + columns - 1) / columns) * height);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 13, IsAntialias = true };
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
        foreach (var (i, (path, lines)) in list.Index())
        {
            var (x, y) = (i % columns * (Side + 8), i / columns * height);
            using var bitmap = SKBitmap.Decode(path);
            canvas.DrawBitmap(bitmap, SKRect.Create(x, y, Side, Side), smooth);
            foreach (var (k, line) in lines.Index()) canvas.DrawText(line, x + 2, y + Side + 14 + 16 * k, ink);
        }
    }
    Show(sheet);
}

var train = LabeledImages.Open(Path.Combine(work, "train"));
var valid = LabeledImages.Open(Path.Combine(work, "valid"), train.Labels);
display($"{string.Join(", ", train.Labels)}: {train.Images.Count} images for training, {valid.Images.Count} for validation");
ShowTiles(6, train.Images.Where((_, i) => i % 10 == 0).Select(image => (image.Path, new[] { train.Labels[image.ClassIndex] })));

// ## 2. What existing models predict
//
// A classifier can only predict the classes that it has. `flowers` is correct about its own three (first, the bundled drawings). It has no class for
// daisies and predicts a rose, a sunflower or a tulip for every other image: incorrect predictions, often with high confidence.

var samples = valid.Images.Where((_, i) => i % 15 == 3).ToList();
var known = new[] { "rose", "sunflower", "tulip" }.Select(name => Path.Combine(root, "assets", "images", name + ".png"));
using (var classifier = ImageClassifier.Load("flowers"))
{
    string[] Predictions(string path) => classifier.Classify(path).Predictions.Select(p => $"{p.Label} {p.Score:P0}").ToArray();
    ShowTiles(6, known.Select(path => (path, Predictions(path))));
    ShowTiles(6, samples.Select(image => (image.Path, Predictions(image.Path))));
}

// A thousand classes do not help. ImageNet has a class for daisies, but none for lilies, poppies, roses or tulips. On the validation photographs of
// `flowers`, MobileNet v2 predicts a vase for 7 of 50 roses and a flowerpot for 4; a daisy for 23 of 50 sunflowers and 13 of 50 tulips.
// `mlnetvision model pull mobilenetv2-10` fetches such a network, and `mlnetvision classify IMAGES -m mobilenetv2-10` shows its predictions for
// your images.
//
// ## 3. Features
//
// The last layer of a classifier computes a weighted sum of features for each class. Without that layer the network is a *featurizer*: an image
// in, a vector of features out. These 320 features were not trained on daisies, yet images of one kind mostly have similar vectors. Below, each row
// starts with a validation image, followed by the five training images with the nearest features.

var featurizer = Featurizer.Load("flowers");
var features = train.Images.ToDictionary(image => image.Path, image => featurizer.Extract(image.Path));
display($"cut at {featurizer.Layer}: {featurizer.FeatureCount} features of an image of {featurizer.Resize.Width} × {featurizer.Resize.Height} pixels");

float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
ShowTiles(6, valid.Images.Where((_, i) => i % 30 == 4).SelectMany(image =>
{
    var own = featurizer.Extract(image.Path);
    var nearest = train.Images.OrderBy(other => Distance(own, features[other.Path])).Take(5).Select(other => (other.Path, new[] { train.Labels[other.ClassIndex] }));
    return nearest.Prepend((image.Path, [$"? ({train.Labels[image.ClassIndex]})"]));
}));

// ## 4. A new last layer
//
// So only the last layer is trained: 320 weights for each of three classes. The features of an image never change, so they are computed once
// (*bottleneck features*; `Cache` keeps them in a folder for the next training). Every epoch after that is only a few small matrix products.

var options = new ClassifierTrainingOptions { Epochs = 40, LearningRate = 0.01f, Seed = 1 };
var cache = Path.Combine(work, "cache");
var head = ClassifierTrainer.Train(featurizer, train, valid, options, run: new ClassifierRun { Cache = cache });
display($"{head.History.Count} epochs; accuracy on the validation images: about {Math.Round(head.Evaluation!.Accuracy * 20) * 5} %");

// Loss and accuracy by epoch, for training images (blue) and validation images (orange). Where the orange loss rises while the blue one still falls,
// the network overfits. The weights of the best epoch are kept.

void ShowCurves(params (string Name, double Most, IEnumerable<double?>[] Lines)[] charts)
{
    const int Across = 420, Down = 220;
    using var sheet = new SKBitmap(charts.Length * Across, Down + 30);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 13, IsAntialias = true };
        using var grid = new SKPaint { Color = new SKColor(220, 220, 220) };
        SKColor[] hues = [new(37, 99, 190), new(217, 105, 20)];
        foreach (var (c, (name, most, lines)) in charts.Index())
        {
            canvas.DrawText(name, c * Across + 40, 14, ink);
            for (var k = 0; k <= 4; k++)
            {
                var y = 22 + Down - Down * k / 4f;
                canvas.DrawLine(c * Across + 40, y, (c + 1) * Across - 10, y, grid);
                canvas.DrawText($"{most * k / 4:0.##}", c * Across + 4, y + 4, ink);
            }
            foreach (var (l, line) in lines.Index())
            {
                var values = line.ToList();
                using var pen = new SKPaint { Color = hues[l], StrokeWidth = 2, IsAntialias = true };
                SKPoint At(int e) => new(c * Across + 40 + (Across - 50f) * e / Math.Max(1, values.Count - 1), (float)(22 + Down - Down * Math.Min(1, values[e]!.Value / most)));
                for (var e = 1; e < values.Count; e++) canvas.DrawLine(At(e - 1), At(e), pen);
            }
        }
    }
    Show(sheet);
}

void ShowHistory(IReadOnlyList<EpochMetrics> history) => ShowCurves(
    ("loss", Math.Ceiling(history.Max(e => Math.Max(e.TrainLoss, e.ValidationLoss ?? 0)) / 0.4) * 0.4, [history.Select(e => (double?)e.TrainLoss), history.Select(e => (double?)e.ValidationLoss)]),
    ("accuracy", 1, [history.Select(e => (double?)e.TrainAccuracy), history.Select(e => (double?)e.ValidationAccuracy)]));

ShowHistory(head.History);

// ## 5. Misclassified images
//
// The misclassified images and their scores tell more than a single metric. `WriteReport` writes a page with the confusion matrix, precision and
// recall per class, ROC curves and a gallery like this one, the most confident first.

void ShowMisclassified(ClassificationEvaluation evaluation) => ShowTiles(6, evaluation.Cases.Where(c => c.Predicted != c.Truth)
    .OrderByDescending(c => c.Confidence).Take(6).Select(c => (c.Path, new[] { $"predicted {train.Labels[c.Predicted]} {c.Confidence:P0}", $"is {train.Labels[c.Truth]} {c.Scores[c.Truth]:P0}" })));

ShowMisclassified(head.Evaluation!);
head.WriteReport(Path.Combine(work, "report"), "Drawn flowers");
display($"{TrainingReport.PageName}: {string.Join(", ", Directory.EnumerateFiles(Path.Combine(work, "report")).Select(Path.GetFileName).Order())}");

// ## 6. Fine-tuning
//
// The features were trained on photographs of three other flowers. *Fine-tuning* adapts the last layers of the network too: from a given layer on, all
// weights are trained together with the new head, at a much smaller learning rate, so that the pretrained weights change little. The layers below
// are frozen, so their output for an image is again computed once. Where fine-tuning begins, the curves jump.

var tuned = ClassifierTrainer.Train(featurizer, train, valid, options,
    new FineTuningOptions { Unfreeze = "/f/f.11", Epochs = 8, LearningRate = 2e-4f, BatchSize = 18 }, new ClassifierRun { Cache = cache });
display($"{tuned.History.Count} epochs, the last {tuned.History.Count - head.History.Count} with {featurizer.Model.Describe().Layers.SkipWhile(l => !l.Name.StartsWith("/f/f.11")).Sum(l => l.Parameters):N0} weights of the network");
display($"no worse than the head alone: {tuned.Evaluation!.Accuracy >= head.Evaluation!.Accuracy}");
ShowHistory(tuned.History);

// With so few images, augmentation reduces overfitting: `FineTuningOptions.Augmentation` gives every image another crop, rotation and brightness in
// every epoch (then the whole network runs each time). A preview:

using (var preview = AugmentationPreview.Draw(samples.Select(s => s.Path).Take(3).ToList(), new AugmentationOptions(), featurizer.Resize, variations: 5))
using (var bitmap = SKBitmap.Decode(preview.Encode(ImageFormat.Png)))
    Show(bitmap);

// ## 7. From one prediction to a map
//
// The trained network is one ONNX graph from pixels to probabilities, for an image of 160 × 160 pixels. To search a meadow, one could cut it into
// windows and classify each. But neighbouring windows share most of their pixels, and convolutions take images of any size; only the last, fully
// connected layer has a fixed size. It is a weighted sum over its input, and so is a convolution with a kernel of the same size: a $1 × 1$
// convolution over pooled features. With this change the network *slides*: any size in, a map of predictions out.

var model = tuned.Model;
var sliding = SlidingNetwork.Of(model);
string Tail(OnnxModel m) => string.Join(" → ", m.Describe().Layers.Where(l => l.Type != "Identity").TakeLast(3).Select(l => l.Type));
display($"{Tail(model)} becomes {Tail(sliding.Model)}");

float[] Run(InferenceSession session, OnnxModel network, RgbImage image, out long[] shape)
{
    var pixels = new float[3 * image.Width * image.Height];
    TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.TensorFlow);
    using var tensor = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, image.Height, image.Width]);
    using var run = new RunOptions();
    using var results = session.Run(run, [network.Inputs[0].Name], [tensor], [network.Outputs[0].Name]);
    shape = results[0].GetTensorTypeAndShape().Shape;
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
var windows = new InferenceSession(model.ToBytes(), quiet);
var slides = new InferenceSession(sliding.Model.ToBytes(), quiet);
using (var one = RgbImage.Load(samples[0].Path))
{
    var (cut, slid) = (Run(windows, model, one, out _), Run(slides, sliding.Model, one, out _));
    display($"the same probabilities at the size of one window: {cut.Zip(slid, (a, b) => Math.Abs(a - b)).Max() < 1e-4}");
}

// A meadow of 800 × 480 pixels with nine flowers, and the map for each kind: yellow is 1, black is 0. There is no class for the ground between
// flowers, so predictions there mean nothing; most are lilies.

var random = new Random(11);
var meadow = Meadow(800, 480, random);
using (var canvas = new SKCanvas(meadow))
    for (var i = 0; i < 9; i++) DrawFlower(canvas, kinds[i % 3], 90 + i % 5 * 155, 120 + i / 5 * 230, 55, random);
var field = RgbImage.Load(meadow.Encode(SKEncodedImageFormat.Png, 100).ToArray(), "meadow");

var map = Run(slides, sliding.Model, field, out var mapShape);
var (rows, columns) = ((int)mapShape[2], (int)mapShape[3]);
display($"{columns} × {rows} windows, {sliding.X.Stride} pixels apart, the first about pixel {sliding.X.First}");

void ShowMaps()
{
    using var sheet = new SKBitmap(2 * 408, 2 * 262);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 13, IsAntialias = true };
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium };
        canvas.DrawBitmap(meadow, SKRect.Create(0, 18, 400, 240), smooth);
        for (var c = 0; c < kinds.Length; c++)
        {
            using var heat = new SKBitmap(columns, rows);
            heat.Pixels = Enumerable.Range(0, rows * columns).Select(i => map[c * rows * columns + i])
                .Select(p => new SKColor((byte)(255 * Math.Min(1, 2 * p)), (byte)(255 * Math.Clamp(2 * p - 1, 0, 1)), 0)).ToArray();
            var (x, y) = ((c + 1) % 2 * 408, (c + 1) / 2 * 262);
            canvas.DrawText(kinds[c], x + 2, y + 13, ink);
            canvas.DrawRect(SKRect.Create(x, y + 18, 400, 240), new SKPaint { Color = new SKColor(40, 40, 40) });
            var (dx, dy) = (sliding.X.Stride / 2, sliding.Y.Stride / 2);
            canvas.DrawBitmap(heat, SKRect.Create(x + (sliding.X.First - dx) / 2, y + 18 + (sliding.Y.First - dy) / 2, columns * dx, rows * dy));
        }
        canvas.DrawText("meadow", 2, 13, ink);
    }
    Show(sheet);
}
ShowMaps();

// The speed: the same windows cut out one by one, compared with one run over the whole meadow.

double Milliseconds(Action work)
{
    work();
    var clock = Stopwatch.StartNew();
    work();
    return clock.Elapsed.TotalMilliseconds;
}

void CutWindows()
{
    for (var row = 0; row < rows; row++)
    {
        for (var column = 0; column < columns; column++)
        {
            var (x, y) = ((int)(column * sliding.X.Stride), (int)(row * sliding.Y.Stride));
            using var image = new RgbImage(Side, Side);
            for (var line = 0; line < Side; line++) meadow.GetPixelSpan().Slice(((y + line) * 800 + x) * 4, Side * 4).CopyTo(image.Pixels[(line * Side * 4)..]);
            Run(windows, model, image, out _);
        }
    }
}

var (byWindow, bySliding) = (Milliseconds(CutWindows), Milliseconds(() => Run(slides, sliding.Model, field, out _)));
display($"at least five times as fast: {byWindow > 5 * bySliding}");
using (var bars = new SKBitmap(700, 70))
{
    using (var canvas = new SKCanvas(bars))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 14, IsAntialias = true };
        using var bar = new SKPaint { Color = new SKColor(37, 99, 190) };
        foreach (var (i, (name, time)) in new[] { ($"{rows * columns} windows", byWindow), ("one that slides", bySliding) }.Index())
        {
            canvas.DrawText(name, 4, 26 + 32 * i, ink);
            canvas.DrawRect(SKRect.Create(130, 10 + 32 * i, (float)(450 * time / byWindow), 22), bar);
            canvas.DrawText($"{time:0} ms", (float)(136 + 450 * time / byWindow), 26 + 32 * i, ink);
        }
    }
    Show(bars);
}
Directory.Delete(work, recursive: true);

// To go on: leave out a kind in training and see what the model predicts for it; unfreeze from `/f/f.7` on; or use folders of photographs. `mlnetvision train classifier
// FOLDER --split 0.8 -o flowers.zip` trains on them, and the notebook `05-saved-models` shows that file in another app.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/03-transfer-learning";
        var file = $"03-transfer-learning.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}
