#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/03-transfer-learning.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/03-transfer-learning.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Models;
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
// *To run it:* until the packages `MlNetVision` and `MlNetVision.Training` are published, make and register them with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/03-transfer-learning.cs`.

// ## 1. The images
//
// Sixty images of each kind for training, and thirty for validation. Every kind has all colours, so only the shape distinguishes them: many narrow
// petals around a yellow centre (daisies), six pointed ones (lilies), four or five broad ones around a dark centre (poppies).
//
// ### Helpers for drawing (skip when reading)
//
// `DrawImage` draws an image of one kind: `Meadow` the ground, `DrawFlower` each flower on it. `ShowTiles` shows images side by side, each with
// lines of text below it.

const int Side = 160;

float Any(Random random, double least, double most) =>
    (float)(least + (most - least) * random.NextDouble());

SKColor Shade(SKColor c, float by) =>
    new((byte)(c.Red * by), (byte)(c.Green * by), (byte)(c.Blue * by));

SKPath Petal(float half, float tip, float length)
{
    var petal = new SKPath();
    petal.MoveTo(0, 0);
    petal.CubicTo(half * 1.6f, length * .3f, half * 1.8f * tip, length, 0, length);
    petal.CubicTo(-half * 1.8f * tip, length, -half * 1.6f, length * .3f, 0, 0);
    return petal;
}

void DrawFlower(SKCanvas canvas, string kind, float x, float y, float radius, Random random)
{
    SKColor[] colors =
    [
        new(250, 248, 240), new(245, 170, 200), new(220, 40, 50),
        new(240, 140, 40), new(150, 90, 200), new(250, 215, 70),
    ];
    var color = colors[random.Next(colors.Length)];
    var (count, wide, tip, centre, inner) = kind switch
    {
        "daisies" => (random.Next(13, 22), .08f, .9f, .24f, new SKColor(235, 190, 40)),
        "lilies" => (6, .17f, .12f, .1f, new SKColor(120, 140, 50)),
        _ => (random.Next(4, 6), .38f, 1.25f, .24f, new SKColor(40, 30, 45)),
    };
    using var paint = new SKPaint { IsAntialias = true };
    canvas.Save();
    canvas.Translate(x, y);
    canvas.RotateDegrees(Any(random, 0, 360));
    canvas.Scale(1, Any(random, .6, 1));
    for (var i = 0; i < count; i++)
    {
        var (length, shade) = (radius * Any(random, .9, 1.05), Any(random, .75, 1));
        canvas.Save();
        canvas.RotateDegrees(360f * i / count + Any(random, -5, 5));
        using var petal = Petal(radius * wide, tip, length);
        using var shader = SKShader.CreateLinearGradient(
            new(0, 0), new(0, length), [Shade(color, shade * .6f), Shade(color, shade)],
            SKShaderTileMode.Clamp);
        paint.Shader = shader;
        canvas.DrawPath(petal, paint);
        canvas.Restore();
    }
    paint.Shader = null;
    paint.Color = inner;
    canvas.DrawCircle(0, 0, radius * centre, paint);
    canvas.Restore();
}

SKBitmap Meadow(int width, int height, Random random)
{
    var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
    var image = new SKBitmap(info);
    using var canvas = new SKCanvas(image);
    using var paint = new SKPaint { IsAntialias = true };
    canvas.Clear(SKColor.FromHsv(Any(random, 70, 140), Any(random, 30, 70), Any(random, 20, 60)));
    for (var i = 0; i < width * height / 430; i++)
    {
        paint.Color = SKColor.FromHsv(
            Any(random, 60, 150), Any(random, 30, 80), Any(random, 15, 70));
        canvas.Save();
        canvas.Translate(Any(random, 0, width), Any(random, 0, height));
        canvas.RotateDegrees(Any(random, 0, 360));
        canvas.DrawOval(0, 0, Any(random, 10, 40), Any(random, 2, 8), paint);
        canvas.Restore();
    }
    return image;
}

SKBitmap DrawImage(string kind, int seed)
{
    var random = new Random(seed);
    var image = Meadow(Side, Side, random);
    using var canvas = new SKCanvas(image);
    var flowers = random.Next(1, 4);
    for (var i = 0; i < flowers; i++)
    {
        var (x, y) = (45 + 70 * random.NextSingle(), 45 + 70 * random.NextSingle());
        var radius = (28 + 34 * random.NextSingle()) / (flowers > 1 ? 1.4f : 1);
        DrawFlower(canvas, kind, x, y, radius, random);
    }
    return image;
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

SKPaint Ink() => new() { Color = SKColors.Black, TextSize = 13, IsAntialias = true };

SKPaint Smooth() => new() { FilterQuality = SKFilterQuality.High };

void ShowTiles(IReadOnlyList<(string Path, string[] Lines)> tiles)
{
    const int Columns = 6;
    var height = Side + 8 + 16 * tiles.Max(t => t.Lines.Length);
    var rows = (tiles.Count + Columns - 1) / Columns;
    ShowDrawing(Columns * (Side + 8), rows * height, canvas =>
    {
        using var ink = Ink();
        using var smooth = Smooth();
        foreach (var (i, (path, lines)) in tiles.Index())
        {
            var (x, y) = (i % Columns * (Side + 8), i / Columns * height);
            using var bitmap = SKBitmap.Decode(path);
            canvas.DrawBitmap(bitmap, SKRect.Create(x, y, Side, Side), smooth);
            foreach (var (k, line) in lines.Index())
                canvas.DrawText(line, x + 2, y + Side + 14 + 16 * k, ink);
        }
    });
}

// ### The data set
//
// A data set is one folder per class. `LabeledImages` reads it. For photographs, `ImageCopies.Find` finds duplicates, and `Split(0.8, seed)` divides
// one folder at random.

string[] kinds = ["daisies", "lilies", "poppies"];
var work = Directory.CreateTempSubdirectory("mlnetvision-flowers-").FullName;

void DrawSet(string set, int count, int firstSeed)
{
    foreach (var (k, kind) in kinds.Index())
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, set, kind)).FullName;
        for (var i = 0; i < count; i++)
        {
            using var drawn = DrawImage(kind, 10000 * k + firstSeed + i);
            using var png = drawn.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder, $"{i:00}.png"), png.ToArray());
        }
    }
}

DrawSet("train", 60, 0);
DrawSet("valid", 30, 5000);

var train = LabeledImages.Open(Path.Combine(work, "train"));
var valid = LabeledImages.Open(Path.Combine(work, "valid"), train.Labels);
display($"{string.Join(", ", train.Labels)}: {train.Images.Count} images for training, "
    + $"{valid.Images.Count} for validation");

(string, string[]) WithLabel(LabeledImage image) =>
    (image.Path, [train.Labels[image.ClassIndex]]);

ShowTiles([.. train.Images.Where((_, i) => i % 10 == 0).Select(WithLabel)]);

// ## 2. What existing models predict
//
// A classifier can only predict the classes that it has. `flowers` is correct about its own three (first, the bundled drawings). It has no class for
// daisies and predicts a rose, a sunflower or a tulip for every other image: incorrect predictions, often with high confidence.

string[] known = ["rose.png", "sunflower.png", "tulip.png"];
var samples = valid.Images.Where((_, i) => i % 15 == 3).Select(image => image.Path).ToList();

void ShowPredictions(ImageClassifier classifier, IEnumerable<string> paths)
{
    (string, string[]) Tile(string path)
    {
        var predictions = classifier.Classify(path).Predictions;
        return (path, [.. predictions.Select(p => $"{p.Label} {p.Score:P0}")]);
    }

    ShowTiles([.. paths.Select(Tile)]);
}

using (var classifier = ImageClassifier.Load("flowers"))
{
    ShowPredictions(classifier, known.Select(name => SampleImages.Save(name, work)));
    ShowPredictions(classifier, samples);
}

// A thousand classes do not help. ImageNet has a class for daisies, but none for lilies, poppies, roses or tulips. On the validation photographs of
// `flowers`, MobileNet v2 predicts a vase for 7 of 50 roses and a flowerpot for 4; a daisy for 23 of 50 sunflowers and 13 of 50 tulips. For our
// drawings it predicts wall clocks and pinwheels.
//
// That was TensorFlow's export of MobileNet v2. The catalogue has the ONNX model zoo's: after `mlnetvision model pull mobilenetv2-12` the next cell
// shows its predictions; until then it shows nothing. That file names no classes, so they appear by number: 892 is a wall clock, 723 a pinwheel, 985
// a daisy.

const string ImageNet = "mobilenetv2-12";
if (ModelCatalogue.Default.TryGet(ImageNet, out var entry) && entry.IsPulled())
{
    using var classifier = ImageClassifier.Load(ImageNet, new ImageClassifierOptions { Top = 3 });
    ShowPredictions(classifier, samples);
}

// ## 3. Features
//
// The last layer of a classifier computes a weighted sum of features for each class. Without that layer the network is a *featurizer*: an image
// in, a vector of features out. These 320 features were not trained on daisies, yet images of one kind mostly have similar vectors. Below, each row
// starts with a validation image, followed by the five training images with the nearest features.

var featurizer = Featurizer.Load("flowers");
var features = train.Images.ToDictionary(i => i.Path, i => featurizer.Extract(i.Path));
display($"cut at {featurizer.Layer}: {featurizer.FeatureCount} features of an image of "
    + $"{featurizer.Resize.Width} × {featurizer.Resize.Height} pixels");

float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

IEnumerable<LabeledImage> Nearest(float[] own) =>
    train.Images.OrderBy(other => Distance(own, features[other.Path])).Take(5);

var neighbours = new List<(string Path, string[] Lines)>();
foreach (var image in valid.Images.Where((_, i) => i % 30 == 4))
{
    neighbours.Add((image.Path, [$"? ({train.Labels[image.ClassIndex]})"]));
    neighbours.AddRange(Nearest(featurizer.Extract(image.Path)).Select(WithLabel));
}
ShowTiles(neighbours);

// ## 4. A new last layer
//
// So only the last layer is trained: 320 weights for each of three classes. The features of an image never change, so they are computed once
// (*bottleneck features*; `Cache` keeps them in a folder for the next training). Every epoch after that is only a few small matrix products.

var options = new ClassifierTrainingOptions { Epochs = 40, LearningRate = 0.01f, Seed = 1 };
var cache = Path.Combine(work, "cache");
var run = new ClassifierRun { Cache = cache };
var head = ClassifierTrainer.Train(featurizer, train, valid, options, run: run);
var percent = Math.Round(head.Evaluation!.Accuracy * 20) * 5;
display($"{head.History.Count} epochs; accuracy on the validation images: about {percent} %");

// Loss and accuracy by epoch, for training images (blue) and validation images (orange). Where the orange loss rises while the blue one still falls,
// the network overfits. The weights of the best epoch are kept.

void DrawChart(SKCanvas canvas, float left, string name, double most, float[][] lines)
{
    const int Across = 370, Down = 220, Top = 22;
    SKColor[] hues = [new(37, 99, 190), new(217, 105, 20)];
    using var ink = Ink();
    using var grid = new SKPaint { Color = new SKColor(220, 220, 220) };
    canvas.DrawText(name, left, 14, ink);
    for (var k = 0; k <= 4; k++)
    {
        var y = Top + Down - Down * k / 4f;
        canvas.DrawLine(left, y, left + Across, y, grid);
        canvas.DrawText($"{most * k / 4:0.##}", left - 36, y + 4, ink);
    }
    foreach (var (line, hue) in lines.Zip(hues))
    {
        using var pen = new SKPaint { Color = hue, StrokeWidth = 2, IsAntialias = true };
        SKPoint At(int epoch) => new(
            left + Across * (float)epoch / (line.Length - 1),
            Top + Down - Down * (float)Math.Min(1, line[epoch] / most));
        for (var e = 1; e < line.Length; e++) canvas.DrawLine(At(e - 1), At(e), pen);
    }
}

void ShowHistory(IReadOnlyList<EpochMetrics> history)
{
    float[][] loss =
        [[.. history.Select(e => e.TrainLoss)], [.. history.Select(e => e.ValidationLoss!.Value)]];
    float[][] accuracy =
    [
        [.. history.Select(e => e.TrainAccuracy)],
        [.. history.Select(e => e.ValidationAccuracy!.Value)],
    ];
    var most = Math.Ceiling(Math.Max(loss[0].Max(), loss[1].Max()) / 0.4) * 0.4;
    ShowDrawing(840, 250, canvas =>
    {
        DrawChart(canvas, 40, "loss", most, loss);
        DrawChart(canvas, 460, "accuracy", 1, accuracy);
    });
}

ShowHistory(head.History);

// ## 5. Misclassified images
//
// The misclassified images and their scores tell more than a single metric. `WriteReport` writes a page with the confusion matrix, precision and
// recall per class, ROC curves and a gallery like this one, the most confident first.

(string, string[]) WithScores(ClassificationCase c)
{
    var predicted = $"predicted {train.Labels[c.Predicted]} {c.Confidence:P0}";
    var actual = $"is {train.Labels[c.Truth]} {c.Scores[c.Truth]:P0}";
    return (c.Path, [predicted, actual]);
}

var misclassified = head.Evaluation!.Cases.Where(c => c.Predicted != c.Truth);
ShowTiles([.. misclassified.OrderByDescending(c => c.Confidence).Take(6).Select(WithScores)]);

var report = Path.Combine(work, "report");
head.WriteReport(report, "Drawn flowers");
var reportFiles = Directory.GetFiles(report).Select(path => Path.GetFileName(path)).Order();
display($"{TrainingReport.PageName}: {string.Join(", ", reportFiles)}");

// ## 6. Fine-tuning
//
// The features were trained on photographs of three other flowers. *Fine-tuning* adapts the last layers of the network too: from a given layer on, all
// weights are trained together with the new head, at a much smaller learning rate, so that the pretrained weights change little. The layers below
// are frozen, so their output for an image is again computed once. Where fine-tuning begins, the curves jump.

var fineTuning = new FineTuningOptions
{
    Unfreeze = "/f/f.11",
    Epochs = 8,
    LearningRate = 2e-4f,
    BatchSize = 18,
};
var tuned = ClassifierTrainer.Train(featurizer, train, valid, options, fineTuning, run);

var unfrozen = featurizer.Model.Describe().Layers.SkipWhile(l => !l.Name.StartsWith("/f/f.11"));
display($"{tuned.History.Count} epochs, the last {tuned.History.Count - head.History.Count} "
    + $"with {unfrozen.Sum(l => l.Parameters):N0} weights of the network");
display($"no worse than the head alone: {tuned.Evaluation!.Accuracy >= head.Evaluation!.Accuracy}");
ShowHistory(tuned.History);

// With so few images, augmentation reduces overfitting: `FineTuningOptions.Augmentation` gives every image another crop, rotation and brightness in
// every epoch (then the whole network runs each time). A preview:

using (var preview = AugmentationPreview.Draw(
    samples[..3], new AugmentationOptions(), featurizer.Resize, variations: 5))
{
    Convert.ToBase64String(preview.Encode(ImageFormat.Jpeg, 88)).DisplayAs("image/jpeg");
}

// ## 7. From one prediction to a map
//
// The trained network is one ONNX graph from pixels to probabilities, for an image of 160 × 160 pixels. To search a meadow, one could cut it into
// windows and classify each. But neighbouring windows share most of their pixels, and convolutions take images of any size; only the last, fully
// connected layer has a fixed size. It is a weighted sum over its input, and so is a convolution with a kernel of the same size: a $1 × 1$
// convolution over pooled features. With this change the network *slides*: any size in, a map of predictions out.

var model = tuned.Model;
var sliding = SlidingNetwork.Of(model);
string Tail(OnnxModel network)
{
    var types = network.Describe().Layers.Select(l => l.Type).Where(type => type != "Identity");
    return string.Join(" → ", types.TakeLast(3));
}

display($"{Tail(model)} becomes {Tail(sliding.Model)}");

float[] Run(InferenceSession session, RgbImage image, out long[] shape)
{
    var pixels = new float[3 * image.Width * image.Height];
    TensorPacker.Pack(image, pixels, PixelLayout.Nchw, PixelNormalization.TensorFlow);
    long[] size = [1, 3, image.Height, image.Width];
    using var tensor = OrtValue.CreateTensorValueFromMemory(pixels, size);
    using var once = new RunOptions();
    using var results = session.Run(once, session.InputNames, [tensor], session.OutputNames);
    shape = results[0].GetTensorTypeAndShape().Shape;
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
var windows = new InferenceSession(model.ToBytes(), quiet);
var slides = new InferenceSession(sliding.Model.ToBytes(), quiet);
using (var one = RgbImage.Load(samples[0]))
{
    var (cut, slid) = (Run(windows, one, out _), Run(slides, one, out _));
    var same = cut.Zip(slid, (a, b) => Math.Abs(a - b)).Max() < 1e-4;
    display($"the same probabilities at the size of one window: {same}");
}

// A meadow of 800 × 480 pixels with nine flowers, and the map for each kind: yellow is 1, black is 0. There is no class for the ground between
// flowers, so predictions there mean nothing; most are lilies.

var random = new Random(11);
var meadow = Meadow(800, 480, random);
using (var canvas = new SKCanvas(meadow))
{
    for (var i = 0; i < 9; i++)
    {
        var (x, y) = (90 + i % 5 * 155, 120 + i / 5 * 230);
        DrawFlower(canvas, kinds[i % 3], x, y, 55, random);
    }
}
var field = RgbImage.Load(meadow.Encode(SKEncodedImageFormat.Png, 100).ToArray(), "meadow");

var map = Run(slides, field, out var mapShape);
var (rows, columns) = ((int)mapShape[2], (int)mapShape[3]);
display($"{columns} × {rows} windows, {sliding.X.Stride} pixels apart, "
    + $"the first about pixel {sliding.X.First}");

SKColor Heat(float p) =>
    new((byte)(255 * Math.Min(1, 2 * p)), (byte)(255 * Math.Clamp(2 * p - 1, 0, 1)), 0);

// A map lies where its windows have their centres.
void DrawMap(SKCanvas canvas, int kind, float left, float top)
{
    var plane = map.AsSpan(kind * rows * columns, rows * columns).ToArray();
    using var heat = new SKBitmap(columns, rows) { Pixels = [.. plane.Select(Heat)] };
    using var dark = new SKPaint { Color = new SKColor(40, 40, 40) };
    canvas.DrawRect(SKRect.Create(left, top, 400, 240), dark);
    var (dx, dy) = (sliding.X.Stride / 2, sliding.Y.Stride / 2);
    var (x, y) = ((sliding.X.First - dx) / 2, (sliding.Y.First - dy) / 2);
    canvas.DrawBitmap(heat, SKRect.Create(left + x, top + y, columns * dx, rows * dy));
}

ShowDrawing(2 * 408, 2 * 262, canvas =>
{
    using var ink = Ink();
    using var smooth = Smooth();
    canvas.DrawText("meadow", 2, 13, ink);
    canvas.DrawBitmap(meadow, SKRect.Create(0, 18, 400, 240), smooth);
    foreach (var (k, kind) in kinds.Index())
    {
        var (x, y) = ((k + 1) % 2 * 408, (k + 1) / 2 * 262);
        canvas.DrawText(kind, x + 2, y + 13, ink);
        DrawMap(canvas, k, x, y + 18);
    }
});

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
            for (var line = 0; line < Side; line++)
            {
                var pixels = field.Words.Slice((y + line) * field.Width + x, Side);
                pixels.CopyTo(image.Words[(line * Side)..]);
            }
            Run(windows, image, out _);
        }
    }
}

void Slide() => Run(slides, field, out _);

var (byWindow, bySliding) = (Milliseconds(CutWindows), Milliseconds(Slide));
display($"at least five times as fast: {byWindow > 5 * bySliding}");
ShowDrawing(700, 70, canvas =>
{
    void DrawBar(string name, double time, float y)
    {
        using var ink = Ink();
        using var bar = new SKPaint { Color = new SKColor(37, 99, 190) };
        var length = (float)(450 * time / byWindow);
        canvas.DrawText(name, 4, y + 16, ink);
        canvas.DrawRect(SKRect.Create(130, y, length, 22), bar);
        canvas.DrawText($"{time:0} ms", 136 + length, y + 16, ink);
    }

    DrawBar($"{rows * columns} windows", byWindow, 10);
    DrawBar("one that slides", bySliding, 42);
});
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
