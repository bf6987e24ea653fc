#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/04-style-transfer.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/04-style-transfer.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Style;
using MlNetVision.Training.Style;
using SkiaSharp;
using System.Diagnostics;
using System.IO;

// # Style transfer: what an image shows, and how it is painted
//
// A network separates the content of an image from its style: the content is in its features, the style in the correlations of the features. Gatys,
// Ecker and Bethge ([arXiv:1508.06576](https://arxiv.org/abs/1508.06576)) optimise an image to have the content of a photo and the style of a
// painting. Johnson, Alahi and Fei-Fei ([arXiv:1603.08155](https://arxiv.org/abs/1603.08155)) trained networks that make such an image in one run.
//
// This notebook builds Gatys' losses one by one, shows an image that forms out of noise while they fall, and ends with Johnson's method: the bundled
// model `starry-night`. `mlnetvision stylize` does both: with `--style painting.jpg`, and without.
//
// *To run it:* until the packages `MlNetVision` and `MlNetVision.Training` are published, make and register them with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/04-style-transfer.cs`.

// ## 1. A photo and a painting
//
// The photo is the bundled drawing of three tulips: smooth, red and green. The painting is drawn here: short, broad strokes, most of them from lower left to upper right, blue,
// orange, and some white. The goal is the tulips in these strokes and colours.

const int Side = 160;
RgbImage Sized(RgbImage image, int width, int height)
{
    var (mode, area) = (ResizeMode.Stretch, Resampler.Area);
    var size = new ResizeOptions { Width = width, Height = height, Mode = mode, Resampler = area };
    return ImageResizer.Resize(image, size, out _);
}

RgbImage Load(string name, int width, int height)
{
    using var whole = RgbImage.LoadSrgb(SampleImages.Read(name), name);
    return Sized(whole, width, height);
}

var photo = Load("tulip.png", Side, Side);
Convert.ToBase64String(photo.Encode(ImageFormat.Jpeg)).DisplayAs("image/jpeg");

// ### Helpers for drawing (skip when reading)
//
// `ShowRow` shows images side by side, each below its name. `Strokes` paints: the position of a stroke (0 to 1 across and down) gives its direction
// and its colour.

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

// Small maps are shown without interpolation.
void ShowRow(int columns, int across, int down, params (string Name, RgbImage Image)[] tiles)
{
    const int Line = 20;
    var lines = (tiles.Length + columns - 1) / columns;
    ShowDrawing(columns * (across + 4), lines * (down + Line + 4), canvas =>
    {
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 14, IsAntialias = true };
        using var scaled = new SKPaint();
        foreach (var (i, (name, image)) in tiles.Index())
        {
            var (x, y) = (i % columns * (across + 4), i / columns * (down + Line + 4));
            var small = image.Width < Side / 2;
            scaled.FilterQuality = small ? SKFilterQuality.None : SKFilterQuality.High;
            using var bitmap = SKBitmap.Decode(image.Encode(ImageFormat.Png));
            canvas.DrawText(name, x + 2, y + 14, ink);
            canvas.DrawBitmap(bitmap, SKRect.Create(x, y + Line, across, down), scaled);
        }
    });
}

// A stroke is eight short steps.
SKPath Stroke(float x, float y, float length, Func<float, float, float> angle)
{
    var stroke = new SKPath();
    stroke.MoveTo(x * 3 * Side, y * 3 * Side);
    for (var step = 0; step < 8; step++)
    {
        var turn = angle(x, y);
        (x, y) = (x + length / 8 * MathF.Cos(turn), y + length / 8 * MathF.Sin(turn));
        stroke.LineTo(x * 3 * Side, y * 3 * Side);
    }
    return stroke;
}

RgbImage Strokes(
    int count, float width, float length, Random random,
    Func<float, float, float> angle, Func<float, float, SKColor> color)
{
    var info = new SKImageInfo(3 * Side, 3 * Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
    using var bitmap = new SKBitmap(info);
    using (var canvas = new SKCanvas(bitmap))
    {
        canvas.Clear(new SKColor(20, 40, 100));
        using var brush = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke };
        brush.StrokeCap = SKStrokeCap.Round;
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (1.2f * random.NextSingle() - 0.1f, 1.2f * random.NextSingle() - 0.1f);
            brush.Color = color(x, y);
            brush.StrokeWidth = 3 * Side * width * (0.7f + 0.6f * random.NextSingle());
            using var stroke = Stroke(x, y, length, angle);
            canvas.DrawPath(stroke, brush);
        }
    }
    using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
    using var drawn = RgbImage.Load(png.ToArray(), "drawn");
    return Sized(drawn, Side, Side);
}

// ### The painting

RgbImage Paint()
{
    var random = new Random(5);
    float Any(float least, float most) => least + (most - least) * random.NextSingle();

    SKColor Color(float x, float y)
    {
        if (random.NextSingle() < 0.12f) return SKColor.FromHsv(45, 15, 98);
        return MathF.Sin(9 * x + 3 * y) * MathF.Sin(7 * y - 2 * x + 1) > 0.25f
            ? SKColor.FromHsv(Any(18, 48), Any(75, 100), Any(80, 100))
            : SKColor.FromHsv(Any(200, 230), Any(60, 100), Any(30, 85));
    }

    float Angle(float x, float y) => -0.7f + 0.3f * MathF.Sin(5 * x + 2 * y);
    return Strokes(1500, 0.026f, 0.1f, random, Angle, Color);
}

var painting = Paint();
ShowRow(2, 320, 320, ("photo", photo), ("painting", painting));

// ## 2. A feature network
//
// Gatys used VGG16, a classifier of 138 million weights. A far smaller network shows how the method works: Ustyuzhaninov, Brendel, Gatys and Bethge
// ([arXiv:1606.00021](https://arxiv.org/abs/1606.00021)) showed that *random*, untrained filters distinguish textures well, if there are many of
// several sizes. Our network takes the image at full size and halved once, twice and three times. Each level has 48 random windows of 5 × 5 pixels.
// They sum to zero, so they respond to edges, lines and grain, but not to flat colour. 32 random mixtures of red, green and blue respond to colours.
// Step 7 uses trained networks instead.

var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
var Float = TensorProto.Types.DataType.Float;

OnnxModel RandomFilters(int seed)
{
    const int Filters = 48, Window = 5, Colors = 32;
    var random = new Random(seed);

    float Normal(float deviation)
    {
        var length = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return (float)(length * Math.Cos(2 * Math.PI * random.NextDouble())) * deviation;
    }

    float[] Normals(int count, float deviation = 1)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = Normal(deviation);
        return values;
    }

    var graph = new GraphWriter("random-filters");
    var image = graph.Input("image", Float, 1, 3, Side, Side);

    graph.Floats("mixtures", Normals(Colors * 3), Colors, 3, 1, 1);
    graph.Floats("thresholds", Normals(Colors, 64), Colors);
    var mixed = graph.Node("Conv", null, [image, "mixtures", "thresholds"]);
    graph.Output(graph.Node("Relu", "colours", [mixed]), Float, 1, Colors, Side, Side);

    float[] b = [1 / 8f, 3 / 8f, 3 / 8f, 1 / 8f];
    var blur = Enumerable.Range(0, 3 * 16).Select(i => b[i % 4] * b[i / 4 % 4]);
    graph.Floats("blur", [.. blur], 3, 1, 4, 4);
    long[] two = [2, 2], border = [1, 1, 1, 1];
    for (var level = 0; level < 4; level++)
    {
        if (level > 0)
            image = graph.Node("Conv", $"halved{level}", [image, "blur"],
                ("strides", two), ("pads", border), ("group", 3L));

        // Half as many rows and columns, so features twice as large:
        // all levels then have the same weight in a sum of squares.
        var windows = new List<float>();
        for (var i = 0; i < Filters * 3; i++)
        {
            var window = Normals(Window * Window, 0.2f * (1 << level));
            var mean = window.Average();
            windows.AddRange(window.Select(w => w - mean));
        }
        graph.Floats($"windows{level}", [.. windows], Filters, 3, Window, Window);

        var convolved = graph.Node("Conv", null, [image, $"windows{level}"]);
        var side = (Side >> level) - Window + 1;
        var features = graph.Node("Relu", $"level{level}", [convolved]);
        graph.Output(features, Float, 1, Filters, side, side);
    }
    var model = graph.Build("random-filters");
    // VGG's input normalisation: 0 to 255, minus the mean of photos
    model.Metadata["mlnetvision.preprocess"] = "caffe";
    return model;
}

var network = RandomFilters(1);
network.Check();

// `Run` gives a network's outputs for an image. Below are the features of one filter of each level: first the photo's, then the painting's.

PixelNormalization Normalization(OnnxModel model) =>
    PixelNormalization.Parse(model.Metadata["mlnetvision.preprocess"]!);

float[][] Run(
    OnnxModel model, RgbImage image, IReadOnlyList<string> outputs,
    params (string Name, float[] Values, long[] Shape)[] targets)
{
    var pixels = new float[3 * image.Width * image.Height];
    TensorPacker.Pack(image, pixels, PixelLayout.Nchw, Normalization(model));
    var feeds = new Dictionary<string, OrtValue>();
    foreach (var (name, values, shape) in
        targets.Prepend((model.Inputs[0].Name, pixels, [1, 3, image.Height, image.Width])))
    {
        feeds[name] = OrtValue.CreateTensorValueFromMemory(values, shape);
    }
    using var session = new InferenceSession(model.ToBytes(), quiet);
    using var run = new RunOptions();
    using var results = session.Run(run, feeds, outputs);
    foreach (var feed in feeds.Values) feed.Dispose();
    return [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
}

// Numbers as a square heat map: black is 0, yellow the largest.
RgbImage Heat(IReadOnlyList<float> values, float most)
{
    var side = (int)Math.Sqrt(values.Count);
    var drawn = new RgbImage(side, side);
    foreach (var (i, value) in values.Index())
    {
        var level = MathF.Sqrt(Math.Clamp(value / most, 0, 1));
        var pixel = drawn.Pixels.Slice(4 * i, 4);
        pixel[0] = (byte)(255 * Math.Min(1, 2 * level));
        pixel[1] = (byte)(255 * Math.Clamp(2 * level - 1, 0, 1));
        pixel[3] = 255;
    }
    return drawn;
}

(string, RgbImage) Feature(RgbImage image, int level)
{
    const int Filter = 3;
    var values = Run(network, image, [$"level{level}"])[0];
    var plane = values.Length / 48;
    var map = Heat(values[(Filter * plane)..((Filter + 1) * plane)], values.Max());
    return ($"1 : {1 << level}, one filter of 48", map);
}

int[] levels = [0, 1, 2, 3];
ShowRow(4, 200, 200, [
    .. levels.Select(level => Feature(photo, level)),
    .. levels.Select(level => Feature(painting, level))]);

// ## 3. Style: correlations of features
//
// Let $F_{ik}$ be the response of filter $i$ at position $k$. The *Gram matrix* holds for each pair of filters how strongly they respond together:
//
// $$G_{ij} = \sum_k F_{ik} F_{jk}$$
//
// The sum runs over all positions, so it does not depend on their order: shuffle the positions, and the matrix stays the same. It describes texture. `StyleLosses.AddGram` appends it to
// a network, divided by 2 · channels · positions.

float[] Gram(RgbImage image, string layer) =>
    Run(StyleLosses.AddGram(network.Clone(), layer, "gram"), image, ["gram"])[0];

float[] GramByHand(float[] features, int[] order)
{
    var (channels, positions) = (features.Length / order.Length, order.Length);
    var gram = new float[channels * channels];
    for (var i = 0; i < channels; i++)
    {
        for (var j = 0; j < channels; j++)
        {
            var sum = 0.0;
            foreach (var k in order)
                sum += (double)features[i * positions + k] * features[j * positions + k];
            gram[i * channels + j] = (float)(sum / (2.0 * channels * positions));
        }
    }
    return gram;
}

// The relative distance of two matrices.
double Difference(float[] a, float[] b)
{
    var squares = a.Zip(b, (x, y) => (double)(x - y) * (x - y));
    return Math.Sqrt(squares.Sum() / a.Sum(x => (double)x * x));
}

var features = Run(network, painting, ["level2"])[0];
var shuffled = Enumerable.Range(0, features.Length / 48).ToArray();
new Random(1).Shuffle(shuffled);
var difference = Difference(Gram(painting, "level2"), GramByHand(features, shuffled));
display($"the same by hand, with all positions shuffled: {difference < 1e-4}");

// Four textures in the same two colours: strokes; other strokes of the same kind; strokes in the other direction; dots. The second has its strokes at
// other positions, and yet its matrix is like that of the first; the other two differ. The filters are sorted: those that respond more to the first
// strokes than to strokes across come first. The last row is each matrix's difference from the first.

RgbImage Texture(
    int seed, float angle, float width = 0.026f, float length = 0.1f, int count = 900)
{
    var random = new Random(seed);
    SKColor Color(float x, float y) =>
        random.NextSingle() < 0.5f ? new SKColor(240, 235, 215) : new SKColor(20, 40, 100);
    return Strokes(count, width, length, random, (x, y) => angle, Color);
}

(string Name, RgbImage Image)[] textures =
[
    ("strokes", Texture(1, -0.7f)),
    ("other strokes", Texture(2, -0.7f)),
    ("strokes across", Texture(3, 0.87f)),
    ("dots", Texture(4, 0, 0.05f, 0.001f, 1200)),
];
var grams = textures.Select(t => Gram(t.Image, "level1")).ToArray();
var order = Enumerable.Range(0, 48)
    .OrderByDescending(i => grams[0][49 * i] / grams[2][49 * i]).ToArray();

RgbImage Sorted(float[] gram)
{
    var sorted = Enumerable.Range(0, gram.Length)
        .Select(i => gram[48 * order[i / 48] + order[i % 48]]);
    return Heat([.. sorted], grams[0].Max());
}

float[] FromFirst(float[] gram) => [.. gram.Zip(grams[0], (x, y) => Math.Abs(x - y))];

ShowRow(4, 200, 200, [
    .. textures,
    .. grams.Select(gram => ("Gram matrix", Sorted(gram))),
    .. grams.Select(gram => ("difference", Sorted(FromFirst(gram))))]);

var differences = textures.Zip(grams, (texture, gram) =>
    $"{texture.Name} {10 * Math.Round(10 * Difference(grams[0], gram))} %");
display($"differences from the first, about: {string.Join(", ", differences.Skip(1))}");

// ## 4. Three losses
//
// The unknown is the image $x$. Three losses measure its distance from the goal.
//
// **Content** compares features with the photo's, $P$, position by position. We take levels 1 and 3: small shapes and large ones.
//
// $$L_{content} = \tfrac12 \sum_{i,k} (F_{ik} - P_{ik})^2$$
//
// **Style** compares Gram matrices with the painting's, $A$, in layers of $C$ channels and $M$ positions. We take the colours and all four levels.
//
// $$L_{style} = \sum_{layers} \frac{w}{4 C^2 M^2} \sum_{i,j} (G_{ij} - A_{ij})^2$$
//
// **Total variation** (Rudin, Osher and Fatemi 1992; squared, as in Mahendran and Vedaldi, [arXiv:1412.0035](https://arxiv.org/abs/1412.0035)) compares neighbours, against grain that filters overlook:
//
// $$L_{tv} = \sum_{c,y,x} (x_{c,y,x+1} - x_{c,y,x})^2 + (x_{c,y+1,x} - x_{c,y,x})^2$$
//
// `StyleLosses` appends each to a network. These are the losses of the photo, the painting, and noise:

double[] Measure(
    OnnxModel model, string[] contentLayers, string[] styleLayers, RgbImage image)
{
    var grams = model.Clone();
    foreach (var layer in styleLayers) StyleLosses.AddGram(grams, layer, layer + ".gram");
    var ofPhoto = Run(model, photo, contentLayers);
    var ofPainting = Run(grams, painting, [.. styleLayers.Select(l => l + ".gram")]);

    var graph = model.Clone();
    var losses = new List<string>();
    var goals = new List<(string Name, float[] Values)>();
    foreach (var (layer, values) in contentLayers.Zip(ofPhoto))
    {
        StyleLosses.AddContent(graph, layer, layer + ".photo", layer + ".content");
        goals.Add((layer + ".photo", values));
        losses.Add(layer + ".content");
    }
    foreach (var (layer, values) in styleLayers.Zip(ofPainting))
    {
        StyleLosses.AddStyle(graph, layer, layer + ".painting", layer + ".style");
        goals.Add((layer + ".painting", values));
        losses.Add(layer + ".style");
    }
    StyleLosses.AddTotalVariation(graph, graph.Inputs[0].Name, PixelLayout.Nchw);
    losses.Add("total_variation");

    long[] Shape(string name) =>
        [.. graph.Inputs.Single(i => i.Name == name).Shape.Select(d => d ?? 1)];
    var targets = goals.Select(g => (g.Name, g.Values, Shape(g.Name))).ToArray();
    var measured = Run(graph, image, losses, targets);

    // NeuralStyle's losses are at the scale of levels 0 to 255. Content and variation
    // scale with the square of the input, style with its fourth power.
    var scale = Math.Pow(Normalization(model).Scale[0], 2);
    double Scaled(string loss, float value) =>
        value / (loss.EndsWith("style") ? scale * scale : scale);
    return [.. losses.Zip(measured, (loss, values) => Scaled(loss, values[0]))];
}

string[] content = ["level1", "level3"];
string[] style = ["colours", "level0", "level1", "level2", "level3"];

// The noise has blots of six sizes, so that filters of all levels respond.

RgbImage Noise()
{
    var random = new Random(4);
    var image = new RgbImage(Side, Side);
    var sums = new int[Side * Side * 3];
    for (var level = 0; level < 6; level++)
    {
        var side = Side >> level;
        var blots = new int[3 * side * side];
        for (var i = 0; i < blots.Length; i++) blots[i] = random.Next(-64, 64);
        for (var i = 0; i < sums.Length; i++)
        {
            var (x, y, channel) = (i / 3 % Side >> level, i / 3 / Side >> level, i % 3);
            sums[i] += blots[(y * side + x) * 3 + channel];
        }
    }
    for (var i = 0; i < image.Pixels.Length; i++)
    {
        var value = i % 4 == 3 ? 255 : Math.Clamp(128 + sums[i / 4 * 3 + i % 4], 0, 255);
        image.Pixels[i] = (byte)value;
    }
    return image;
}

var noise = Noise();
RgbImage[] measuredImages = [photo, painting, noise];
var losses = measuredImages.Select(image => Measure(network, content, style, image)).ToArray();

var table = "                      photo    painting       noise";
string[] names =
[
    .. content.Select(layer => $"content, {layer}"),
    .. style.Select(layer => $"style, {layer}"),
    "total variation",
];
foreach (var (i, name) in names.Index())
{
    var (ofPhoto, ofPainting, ofNoise) = (losses[0][i], losses[1][i], losses[2][i]);
    table += $"\n{name,-16} {ofPhoto,11:0.0e+0} {ofPainting,11:0.0e+0} {ofNoise,11:0.0e+0}";
}
display(table);

// The losses differ by orders of magnitude: some are sums over a hundred thousand features and more, others are divided by the squares of such counts. In a plain sum the
// largest would dominate. So each is divided by its value for an image that was not optimised for it: content by the painting's, style by the photo's,
// total variation by the painting's. Then all are about 1, and weights become comparable. Optimisation removes 99 % of the style loss, so a weight of 20
// keeps it in balance with content. Total variation only smooths: 0.05.

NeuralStyleOptions Balanced(OnnxModel model, string[] contentLayers, string[] styleLayers)
{
    var ofPhoto = Measure(model, contentLayers, styleLayers, photo);
    var ofPainting = Measure(model, contentLayers, styleLayers, painting);
    var styleOfPhoto = ofPhoto[contentLayers.Length..^1];
    var contentOfPainting = ofPainting[..contentLayers.Length];

    WeightedLayer Weighted(string layer, double loss) =>
        new(layer, (float)(1 / loss / styleLayers.Length));

    return new NeuralStyleOptions
    {
        ContentLayers = [.. contentLayers.Select(layer => new WeightedLayer(layer, 1))],
        StyleLayers = [.. styleLayers.Zip(styleOfPhoto, Weighted)],
        ContentWeight = (float)(1 / contentOfPainting.Sum()),
        StyleWeight = 20,
        TotalVariationWeight = (float)(0.05 / ofPainting[^1]),
        ExactSize = (Side, Side),
    };
}

var balanced = Balanced(network, content, style);

// ## 5. Watching an image form
//
// The gradient of the weighted sum goes back through the network to the image: 76,800 numbers, which L-BFGS changes. `NeuralStyle` does that. Here it starts from noise. It
// reports the losses and the image after every iteration. (.NET's `Progress<T>` reports on other threads; this one keeps the order.)

(List<StyleTerms> Terms, List<(string Name, RgbImage Image)> Forming) Watch(
    OnnxModel model, NeuralStyleOptions options, params int[] previews)
{
    var terms = new List<StyleTerms>();
    var forming = new List<(string, RgbImage)>();
    var progress = new Callback<StyleProgress>(p => terms.Add(p.Losses.Weighted!));

    void Preview(RgbImage image)
    {
        if (previews.Contains(terms.Count))
            forming.Add(($"iteration {terms.Count}", image.Clone()));
    }

    var neural = NeuralStyle.Load(model, options with { Iterations = previews[^1] });
    using var result = neural.Run(photo, painting, progress, Preview, previewEvery: 1);
    return (terms, forming);
}

// Losses, each by its weight.
StyleTerms Weighted(NeuralStyleOptions o, double[] measured)
{
    var ofContent = o.ContentWeight * measured[..2].Sum();
    var ofVariation = o.TotalVariationWeight * measured[^1];
    var ofStyles = measured[2..^1]
        .Zip(o.StyleLayers, (loss, layer) => o.StyleWeight * layer.Weight * loss).ToArray();
    var total = ofContent + ofStyles.Sum() + ofVariation;
    return new StyleTerms(ofContent, ofStyles, ofVariation, total);
}

var fromNoise = balanced with { Start = StyleStart.Image, StartImage = noise };
var clock = Stopwatch.StartNew();
var (terms, forming) = Watch(network, fromNoise, 3, 6, 10, 20, 30, 60, 120);
var optimising = clock.Elapsed;
terms.Insert(0, Weighted(fromNoise, losses[2]));
ShowRow(4, 240, 240, [("noise", noise), .. forming]);

// First the colours match and strokes appear; then the tulips become visible, in the painting's colours. Below are the losses by iteration, each by
// its weight, from noise (0) on. The vertical axes are logarithmic, from minimum to maximum. Style falls first and furthest. Content even rises while
// noise turns into strokes, and goes on falling long after.

void DrawChart(SKCanvas canvas, float left, string name, SKColor color, double[] values)
{
    const int Across = 184, Down = 200, Top = 26;
    var (least, most) = (Math.Log10(values.Min()), Math.Log10(values.Max()));
    float X(int i) => left + Across * (float)i / (values.Length - 1);
    float Y(double log) => (float)(Top + Down * (most - log) / (most - least));
    SKPoint At(int i) => new(X(i), Y(Math.Log10(values[i])));

    using var ink = new SKPaint { Color = SKColors.Black, TextSize = 13, IsAntialias = true };
    using var grid = new SKPaint { Color = new SKColor(220, 220, 220) };
    canvas.DrawText(name, left, 14, ink);
    for (var i = 0; i <= 4; i++)
    {
        var (log, at) = (least + (most - least) * i / 4, (values.Length - 1) * i / 4);
        canvas.DrawLine(left, Y(log), left + Across, Y(log), grid);
        canvas.DrawText($"{Math.Pow(10, log):G3}", left - 40, Y(log) + 4, ink);
        canvas.DrawText($"{at}", X(at) - 8, Down + Top + 18, ink);
    }
    using var pen = new SKPaint { Color = color, StrokeWidth = 2, IsAntialias = true };
    for (var i = 1; i < values.Length; i++) canvas.DrawLine(At(i - 1), At(i), pen);
}

(string Name, SKColor Color, double[] Values)[] curves =
[
    ("total", new(90, 90, 90), [.. terms.Select(t => t.Total)]),
    ("content", new(37, 99, 190), [.. terms.Select(t => t.Content)]),
    ("style", new(217, 105, 20), [.. terms.Select(t => t.Styles.Sum())]),
    ("total variation", new(30, 140, 80), [.. terms.Select(t => t.TotalVariation)]),
];
ShowDrawing(curves.Length * 244, 250, canvas =>
{
    foreach (var (i, (name, color, values)) in curves.Index())
        DrawChart(canvas, i * 244 + 44, name, color, values);
});

var lower = curves.Where(curve => curve.Values[^1] < curve.Values[0]).Select(curve => curve.Name);
display($"lower at the end: {string.Join(", ", lower)}");

// ## 6. One without the other
//
// Content alone gives the photo, a little blurred. Style alone gives *an* image like the painting, with other strokes at other positions, since Gram
// matrices hold no positions. The style weight balances the two.

RgbImage Last(NeuralStyleOptions options, int iterations) =>
    Watch(network, options, iterations).Forming[^1].Image;

ShowRow(4, 240, 240,
    ("content alone", Last(fromNoise with { StyleWeight = 0 }, 60)),
    ("style alone", Last(fromNoise with { ContentWeight = 0 }, 60)),
    ("both", forming[^1].Image),
    ("painting", painting));

// Noise favours neither loss, but is the slowest start. By default `NeuralStyle` starts from the photo: the content loss is 0 at first and rises in favour
// of style, and thin stems and leaves keep their positions. Forty iterations are enough:

ShowRow(4, 240, 240,
    ("photo", photo),
    ("style weight 2", Last(balanced with { StyleWeight = 2 }, 40)),
    ("style weight 20", Last(balanced with { StyleWeight = 20 }, 40)),
    ("style weight 200", Last(balanced with { StyleWeight = 200 }, 40)));

// ## 7. Trained networks
//
// Trained filters do better than random ones: they respond to whole strokes, not only to edges. VGG16 was trained on a thousand classes, keeps the full size in its first
// layers, and distinguishes far finer textures. The bundled `vgg16-small` has the same layout with a seventh of the multiply-adds; it was distilled from VGG16.
// Both use the defaults of `NeuralStyle`: content from `block4_conv2`, style from the first convolution of each of the five blocks. To
// see VGG16's own result for the same two images, pull it (`mlnetvision model pull vgg16-12`) and run the cell again: a third image appears, in half
// the iterations.

RgbImage By(string model, int iterations)
{
    var options = new NeuralStyleOptions { ExactSize = (Side, Side), Iterations = iterations };
    return NeuralStyle.Load(model, options).Run(photo, painting).Image;
}

const string Vgg = "vgg16-12";
var results = new List<(string Name, RgbImage Image)>
{
    ("random filters", Last(balanced, 60)),
    ("vgg16-small", By("vgg16-small", 40)),
};
if (ModelCatalogue.Default.TryGet(Vgg, out var entry) && entry.IsPulled())
    results.Add(("VGG16", By(Vgg, 20)));

ShowRow(results.Count, 320, 320, [.. results]);

// ## 8. In one run
//
// All this optimisation is for one image. Johnson et al. train a network by the same losses: it stylises any photo in one run, one network per painting. The
// bundled `starry-night` was trained so on van Gogh's painting (`mlnetvision train style` trains one on yours). It takes photos of any size.

var stylizer = ImageStylizer.Load("starry-night");
stylizer.Stylize(photo).Dispose();
clock.Restart();
stylizer.Stylize(photo).Dispose();
display($"at least twenty times as fast as 120 iterations: {optimising > 20 * clock.Elapsed}");

var street = Load("street.png", 480, 360);
ShowRow(2, 480, 360, ("photo", street), ("starry-night", stylizer.Stylize(street).Stylized));

// A network has one style at one strength. The rest is arithmetic on pixels: blend the result with the photo (`StyleBlend.FadeInPlace`), keep the photo's colours (`ColorKeeper`), or stylise only
// a part. Here the segmentation model `streets` selects that part: all but the cars, the road and the pedestrian.

RgbImage Changed(Action<RgbImage> change)
{
    var styled = stylizer.Stylize(street).Stylized;
    change(styled);
    return styled;
}

string[] foreground = ["car", "road", "pedestrian"];
SegmentationMask mask;
using (var segmenter = Segmenter.Load("streets")) mask = segmenter.Segment(street).Mask;
var keep = new CompositeOptions { Keep = [.. mask.Labels.Except(foreground)] };
var scenery = Matte.Of(mask, keep);

var half = Changed(p => StyleBlend.FadeInPlace(p, street, 0.5f));
var strokes = Changed(p => ColorKeeper.ApplyInPlace(p, street, ColorPreservation.Luminance));
var masked = Changed(p => StyleBlend.MaskInPlace(p, street, scenery));
ShowRow(3, 320, 240,
    ("strength 0.5", half),
    ("its strokes, the photo's colours", strokes),
    ("only the scenery", masked));

// To go on: leave out levels of style, from the first or the last, and see strokes become coarser or finer; use `StyleOptimizer.Adam`, or `Scales = 2`, which starts at half the size; give `Paint` a style of your own.
// `mlnetvision stylize photo.jpg --style painting.jpg` does steps 4 to 7 on the command line.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/04-style-transfer";
        var file = $"04-style-transfer.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}

#pragma warning disable CS1591 // A program documents no types.
public sealed class Callback<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
