#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
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
// *Run it* in a .NET Interactive host, from within the repository, or as a console program: `dotnet run notebooks/04-style-transfer.cs`.
// Until the packages are published, the first cell takes them from a folder that two commands in the repository's root make:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision

// ## 1. A photo and a painting
//
// The photo is the bundled drawing of three tulips: smooth, red and green. The painting is drawn here: short, broad strokes, most of them from lower left to upper right, blue,
// orange, and some white. The goal is the tulips in these strokes and colours.

var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "MlNetVision.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run this from within the repository.");

const int Side = 160;
RgbImage Sized(RgbImage image, int width, int height) =>
    ImageResizer.Resize(image, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);

RgbImage Load(string name, int width, int height)
{
    using var whole = RgbImage.LoadSrgb(Path.Combine(root, "assets", "images", name));
    return Sized(whole, width, height);
}

RgbImage Draw(Action<SKCanvas> draw)
{
    using var bitmap = new SKBitmap(new SKImageInfo(3 * Side, 3 * Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
    using (var canvas = new SKCanvas(bitmap)) draw(canvas);
    using var drawn = RgbImage.Load(bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray(), "drawn");
    return Sized(drawn, Side, Side);
}

// Strokes of eight short steps; the position gives the direction of each. Positions are 0 to 1.
RgbImage Strokes(int count, float width, float length, Random random, Func<float, float, float> angle, Func<float, float, SKColor> color) => Draw(canvas =>
{
    canvas.Clear(new SKColor(20, 40, 100));
    using var brush = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round };
    for (var i = 0; i < count; i++)
    {
        var (x, y) = (1.2f * random.NextSingle() - 0.1f, 1.2f * random.NextSingle() - 0.1f);
        brush.Color = color(x, y);
        brush.StrokeWidth = 3 * Side * width * (0.7f + 0.6f * random.NextSingle());
        using var stroke = new SKPath();
        stroke.MoveTo(x * 3 * Side, y * 3 * Side);
        for (var step = 0; step < 8; step++)
        {
            var turn = angle(x, y);
            (x, y) = (x + length / 8 * MathF.Cos(turn), y + length / 8 * MathF.Sin(turn));
            stroke.LineTo(x * 3 * Side, y * 3 * Side);
        }
        canvas.DrawPath(stroke, brush);
    }
});

RgbImage Paint()
{
    var random = new Random(5);
    float Any(float least, float most) => least + (most - least) * random.NextSingle();
    SKColor Color(float x, float y) => random.NextSingle() < 0.12f ? SKColor.FromHsv(45, 15, 98)
        : MathF.Sin(9 * x + 3 * y) * MathF.Sin(7 * y - 2 * x + 1) > 0.25f ? SKColor.FromHsv(Any(18, 48), Any(75, 100), Any(80, 100))
        : SKColor.FromHsv(Any(200, 230), Any(60, 100), Any(30, 85));
    return Strokes(1500, 0.026f, 0.1f, random, (x, y) => -0.7f + 0.3f * MathF.Sin(5 * x + 2 * y), Color);
}

void Show(SKBitmap bitmap)
{
    using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 88);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

// Images side by side, each below its name; small maps are shown without interpolation.
void ShowRow(int columns, int across, int down, params (string Name, RgbImage Image)[] tiles)
{
    const int Line = 20;
    using var sheet = new SKBitmap(columns * (across + 4), (tiles.Length + columns - 1) / columns * (down + Line + 4));
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 14, IsAntialias = true };
        foreach (var (i, (name, image)) in tiles.Index())
        {
            var (x, y) = (i % columns * (across + 4), i / columns * (down + Line + 4));
            using var bitmap = SKBitmap.Decode(image.Encode(ImageFormat.Png));
            using var smooth = new SKPaint { FilterQuality = image.Width < Side / 2 ? SKFilterQuality.None : SKFilterQuality.High };
            canvas.DrawText(name, x + 2, y + 14, ink);
            canvas.DrawBitmap(bitmap, SKRect.Create(x, y + Line, across, down), smooth);
        }
    }
    Show(sheet);
}

var photo = Load("tulip.png", Side, Side);
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
    float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    float[] Flattened(float[] window) => [.. window.Select(w => w - window.Average())];
    var graph = new GraphWriter("random-filters");
    var image = graph.Input("image", Float, 1, 3, Side, Side);

    graph.Floats("mixtures", [.. Enumerable.Range(0, Colors * 3).Select(_ => Normal())], Colors, 3, 1, 1);
    graph.Floats("thresholds", [.. Enumerable.Range(0, Colors).Select(_ => Normal() * 64)], Colors);
    graph.Output(graph.Node("Relu", "colours", [graph.Node("Conv", null, [image, "mixtures", "thresholds"])]), Float, 1, Colors, Side, Side);

    float[] blur = [1, 3, 3, 1];
    graph.Floats("blur", [.. Enumerable.Range(0, 48).Select(i => blur[i % 4] * blur[i / 4 % 4] / 64)], 3, 1, 4, 4);
    for (var level = 0; level < 4; level++)
    {
        if (level > 0) image = graph.Node("Conv", $"halved{level}", [image, "blur"], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("group", 3L));
        // Half as many rows and columns, so features twice as large: all levels then have the same weight in a sum of squares.
        var windows = Enumerable.Range(0, Filters * 3).SelectMany(_ => Flattened([.. Enumerable.Range(0, Window * Window).Select(_ => Normal() * 0.2f * (1 << level))]));
        graph.Floats($"windows{level}", [.. windows], Filters, 3, Window, Window);
        var side = (Side >> level) - Window + 1;
        graph.Output(graph.Node("Relu", $"level{level}", [graph.Node("Conv", null, [image, $"windows{level}"])]), Float, 1, Filters, side, side);
    }
    var model = graph.Build("random-filters");
    model.Metadata["mlnetvision.preprocess"] = "caffe"; // VGG's input normalisation: 0 to 255, minus the mean of photos
    return model;
}

var network = RandomFilters(1);
network.Check();

PixelNormalization Normalization(OnnxModel model) => PixelNormalization.Parse(model.Metadata["mlnetvision.preprocess"]!);

float[][] Run(OnnxModel model, RgbImage image, IReadOnlyList<string> outputs, params (string Name, float[] Values, long[] Shape)[] targets)
{
    var pixels = new float[3 * image.Width * image.Height];
    TensorPacker.Pack(image, pixels, PixelLayout.Nchw, Normalization(model));
    var feeds = targets.Prepend((model.Inputs[0].Name, pixels, [1, 3, image.Height, image.Width])).ToDictionary(t => t.Item1, t => OrtValue.CreateTensorValueFromMemory(t.Item2, t.Item3));
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
        new byte[] { (byte)(255 * Math.Min(1, 2 * level)), (byte)(255 * Math.Clamp(2 * level - 1, 0, 1)), 0, 255 }.CopyTo(drawn.Pixels[(4 * i)..]);
    }
    return drawn;
}

RgbImage Feature(RgbImage image, int level, int filter)
{
    var values = Run(network, image, [$"level{level}"])[0];
    var plane = values.Length / 48;
    return Heat(values[(filter * plane)..((filter + 1) * plane)], values.Max());
}

ShowRow(4, 200, 200, [.. new[] { photo, painting }.SelectMany(p => Enumerable.Range(0, 4).Select(level => ($"1 : {1 << level}, one filter of 48", Feature(p, level, 3))))]);

// ## 3. Style: correlations of features
//
// Let $F_{ik}$ be the response of filter $i$ at position $k$. The *Gram matrix* holds for each pair of filters how strongly they respond together:
//
// $$G_{ij} = \sum_k F_{ik} F_{jk}$$
//
// The sum runs over all positions, so it does not depend on their order: shuffle the positions, and the matrix stays the same. It describes texture. `StyleLosses.AddGram` appends it to
// a network, divided by 2 · channels · positions.

float[] Gram(RgbImage image, string layer) => Run(StyleLosses.AddGram(network.Clone(), layer, "gram"), image, ["gram"])[0];

float[] GramByHand(float[] features, int[] order)
{
    var (channels, positions) = (features.Length / order.Length, order.Length);
    return [.. Enumerable.Range(0, channels * channels).Select(ij => (float)(
        order.Sum(k => (double)features[ij / channels * positions + k] * features[ij % channels * positions + k]) / (2.0 * channels * positions)))];
}

// The relative distance of two matrices.
double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum() / a.Sum(x => (double)x * x));

var features = Run(network, painting, ["level2"])[0];
var shuffled = Enumerable.Range(0, features.Length / 48).ToArray();
new Random(1).Shuffle(shuffled);
display($"the same by hand, with all positions shuffled: {Difference(Gram(painting, "level2"), GramByHand(features, shuffled)) < 1e-4}");

// Four textures in the same two colours: strokes; other strokes of the same kind; strokes in the other direction; dots. The second has its strokes at
// other positions, and yet its matrix is like that of the first; the other two differ. The filters are sorted: those that respond more to the first
// strokes than to strokes across come first. The last row is each matrix's difference from the first.

RgbImage Texture(int seed, float angle, float width = 0.026f, float length = 0.1f, int count = 900)
{
    var random = new Random(seed);
    return Strokes(count, width, length, random, (_, _) => angle, (_, _) => random.NextSingle() < 0.5f ? new SKColor(240, 235, 215) : new SKColor(20, 40, 100));
}

(string Name, RgbImage Image)[] textures =
    [("strokes", Texture(1, -0.7f)), ("other strokes", Texture(2, -0.7f)), ("strokes across", Texture(3, 0.87f)), ("dots", Texture(4, 0, 0.05f, 0.001f, 1200))];
var grams = textures.Select(t => Gram(t.Image, "level1")).ToArray();
var order = Enumerable.Range(0, 48).OrderByDescending(i => grams[0][49 * i] / grams[2][49 * i]).ToArray();
RgbImage Shown(IReadOnlyList<float> gram) => Heat([.. Enumerable.Range(0, gram.Count).Select(i => gram[48 * order[i / 48] + order[i % 48]])], grams[0].Max());
ShowRow(4, 200, 200, [.. textures, .. grams.Select(g => ("Gram matrix", Shown(g))), .. grams.Select(g => ("difference", Shown([.. g.Zip(grams[0], (x, y) => Math.Abs(x - y))])))]);
display($"differences from the first, about: {string.Join(", ", textures.Zip(grams).Skip(1).Select(t => $"{t.First.Name} {10 * Math.Round(10 * Difference(grams[0], t.Second))} %"))}");

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

double[] Measure(OnnxModel model, string[] contentLayers, string[] styleLayers, RgbImage image)
{
    var (graph, ofPhoto, ofPainting) = (model.Clone(), Run(model, photo, contentLayers), model.Clone());
    foreach (var layer in styleLayers) StyleLosses.AddGram(ofPainting, layer, layer + ".gram");
    var ofStyle = Run(ofPainting, painting, [.. styleLayers.Select(l => l + ".gram")]);
    foreach (var layer in contentLayers) StyleLosses.AddContent(graph, layer, layer + ".photo", layer + ".content");
    foreach (var layer in styleLayers) StyleLosses.AddStyle(graph, layer, layer + ".painting", layer + ".style");
    StyleLosses.AddTotalVariation(graph, graph.Inputs[0].Name, PixelLayout.Nchw);

    var inputs = graph.Inputs.ToDictionary(i => i.Name, i => i.Shape.Select(d => d ?? 1).ToArray());
    var targets = contentLayers.Select((l, i) => (l + ".photo", ofPhoto[i], inputs[l + ".photo"])).Concat(styleLayers.Select((l, i) => (l + ".painting", ofStyle[i], inputs[l + ".painting"])));
    string[] losses = [.. contentLayers.Select(l => l + ".content"), .. styleLayers.Select(l => l + ".style"), "total_variation"];
    // NeuralStyle's losses are at the scale of levels 0 to 255. Content and variation scale with the square of the input, style with its fourth power.
    var scale = Math.Pow(Normalization(model).Scale[0], 2);
    return [.. Run(graph, image, losses, [.. targets]).Select((v, i) => v[0] / (losses[i].EndsWith("style") ? scale * scale : scale))];
}

// Noise with blots of six sizes, so that filters of all levels respond.
RgbImage Noise()
{
    var random = new Random(4);
    var blots = Enumerable.Range(0, 6).Select(level => Enumerable.Range(0, 3 * (Side >> level) * (Side >> level)).Select(_ => random.Next(-64, 64)).ToArray()).ToArray();
    var image = new RgbImage(Side, Side);
    for (var i = 0; i < image.Pixels.Length; i++)
    {
        var (x, y, channel) = (i / 4 % Side, i / 4 / Side, i % 4);
        image.Pixels[i] = channel == 3 ? (byte)255 : (byte)Math.Clamp(128 + blots.Select((b, level) => b[((y >> level) * (Side >> level) + (x >> level)) * 3 + channel]).Sum(), 0, 255);
    }
    return image;
}

string[] content = ["level1", "level3"], style = ["colours", "level0", "level1", "level2", "level3"];
var noise = Noise();
var losses = new[] { photo, painting, noise }.Select(image => Measure(network, content, style, image)).ToArray();
var names = content.Select(l => $"content, {l}").Concat(style.Select(l => $"style, {l}")).Append("total variation");
display("                      photo    painting       noise\n" + string.Join('\n', names.Select((name, i) => $"{name,-16} {string.Join(' ', losses.Select(l => $"{l[i],11:0.0e+0}"))}")));

// The losses differ by orders of magnitude: some are sums over a hundred thousand features and more, others are divided by the squares of such counts. In a plain sum the
// largest would dominate. So each is divided by its value for an image that was not optimised for it: content by the painting's, style by the photo's,
// total variation by the painting's. Then all are about 1, and weights become comparable. Optimisation removes 99 % of the style loss, so a weight of 20
// keeps it in balance with content. Total variation only smooths: 0.05.

NeuralStyleOptions Balanced(OnnxModel model, string[] contentLayers, string[] styleLayers)
{
    var (ofPhoto, ofPainting) = (Measure(model, contentLayers, styleLayers, photo), Measure(model, contentLayers, styleLayers, painting));
    return new NeuralStyleOptions
    {
        ContentLayers = [.. contentLayers.Select(l => new WeightedLayer(l, 1))],
        StyleLayers = [.. styleLayers.Select((l, i) => new WeightedLayer(l, (float)(1 / ofPhoto[contentLayers.Length + i] / styleLayers.Length)))],
        ContentWeight = (float)(1 / ofPainting[..contentLayers.Length].Sum()),
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

(List<StyleTerms> Terms, List<(string Name, RgbImage Image)> Forming) Watch(OnnxModel model, NeuralStyleOptions options, params int[] previews)
{
    var (terms, forming) = (new List<StyleTerms>(), new List<(string, RgbImage)>());
    using var result = NeuralStyle.Load(model, options with { Iterations = previews[^1] }).Run(photo, painting, new Callback<StyleProgress>(p => terms.Add(p.Losses.Weighted!)), image =>
    {
        if (previews.Contains(terms.Count)) forming.Add(($"iteration {terms.Count}", image.Clone()));
    }, previewEvery: 1);
    return (terms, forming);
}

// Losses, each by its weight.
StyleTerms Weighted(NeuralStyleOptions o, double[] measured)
{
    var (ofContent, variation) = (o.ContentWeight * measured[..2].Sum(), o.TotalVariationWeight * measured[^1]);
    double[] ofStyles = [.. measured[2..^1].Zip(o.StyleLayers, (loss, layer) => o.StyleWeight * layer.Weight * loss)];
    return new StyleTerms(ofContent, ofStyles, variation, ofContent + ofStyles.Sum() + variation);
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

(string Name, SKColor Color, Func<StyleTerms, double> Of)[] lines =
[
    ("total", new(90, 90, 90), t => t.Total), ("content", new(37, 99, 190), t => t.Content),
    ("style", new(217, 105, 20), t => t.Styles.Sum()), ("total variation", new(30, 140, 80), t => t.TotalVariation),
];

void ShowTerms(List<StyleTerms> run)
{
    const int Across = 244, Down = 200, Left = 44, Top = 26;
    using var sheet = new SKBitmap(lines.Length * Across, Down + Top + 24);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 13, IsAntialias = true };
        using var grid = new SKPaint { Color = new SKColor(220, 220, 220) };
        foreach (var (l, (name, color, of)) in lines.Index())
        {
            var values = run.Select(of).ToList();
            var (least, most) = (Math.Log10(values.Min()), Math.Log10(values.Max()));
            float X(double i) => (float)(l * Across + Left + (Across - Left - 16) * i / (run.Count - 1));
            float Y(double log) => (float)(Top + Down * (most - log) / (most - least));
            canvas.DrawText(name, X(0), 14, ink);
            for (var i = 0; i <= 4; i++)
            {
                var (log, at) = (least + (most - least) * i / 4, (run.Count - 1) * i / 4);
                canvas.DrawLine(X(0), Y(log), X(run.Count - 1), Y(log), grid);
                canvas.DrawText($"{Math.Pow(10, log):G3}", l * Across + 4, Y(log) + 4, ink);
                canvas.DrawText($"{at}", X(at) - 8, Down + Top + 18, ink);
            }
            using var pen = new SKPaint { Color = color, StrokeWidth = 2, IsAntialias = true, Style = SKPaintStyle.Stroke };
            using var path = new SKPath();
            path.AddPoly([.. values.Select((v, i) => new SKPoint(X(i), Y(Math.Log10(v))))], false);
            canvas.DrawPath(path, pen);
        }
    }
    Show(sheet);
}

ShowTerms(terms);
display($"lower at the end: {string.Join(", ", lines.Where(l => l.Of(terms[^1]) < l.Of(terms[0])).Select(l => l.Name))}");

// ## 6. One without the other
//
// Content alone gives the photo, a little blurred. Style alone gives *an* image like the painting, with other strokes at other positions, since Gram
// matrices hold no positions. The style weight balances the two.

RgbImage Last(NeuralStyleOptions options, int iterations) => Watch(network, options, iterations).Forming[^1].Image;

ShowRow(4, 240, 240,
    ("content alone", Last(fromNoise with { StyleWeight = 0 }, 60)), ("style alone", Last(fromNoise with { ContentWeight = 0 }, 60)),
    ("both", forming[^1].Image), ("painting", painting));

// Noise favours neither loss, but is the slowest start. By default `NeuralStyle` starts from the photo: the content loss is 0 at first and rises in favour
// of style, and thin stems and leaves keep their positions. Forty iterations are enough:

ShowRow(4, 240, 240, [("photo", photo), .. new[] { 2, 20, 200 }.Select(w => ($"style weight {w}", Last(balanced with { StyleWeight = w }, 40)))]);

// ## 7. Trained networks
//
// Trained filters do better than random ones: they respond to whole strokes, not only to edges. VGG16 was trained on a thousand classes, keeps the full size in its first
// layers, and distinguishes far finer textures. The bundled `vgg16-small` has the same layout with a seventh of the multiply-adds; it was distilled from VGG16.
// Both use the defaults of `NeuralStyle`: content from `block4_conv2`, style from the first convolution of each of the five blocks. After
// `mlnetvision model pull vgg16-12`, a third image shows VGG16's own result for the same two images, in half the iterations.

RgbImage By(string model, int iterations) =>
    NeuralStyle.Load(model, new NeuralStyleOptions { ExactSize = (Side, Side), Iterations = iterations }).Run(photo, painting).Image;

(string, RgbImage)[] WithVgg() =>
    ModelCatalogue.Default.Get("vgg16-12").IsPulled() ? [("VGG16", By("vgg16-12", 20))] : [];

ShowRow(3, 320, 320, [
    ("random filters", Last(balanced, 60)), ("vgg16-small", By("vgg16-small", 40)), .. WithVgg()]);

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

SegmentationMask mask;
using (var segmenter = Segmenter.Load("streets")) mask = segmenter.Segment(street).Mask;
var scenery = Matte.Of(mask, new CompositeOptions { Keep = [.. mask.Labels.Except(["car", "road", "pedestrian"])] });

ShowRow(3, 320, 240,
    ("strength 0.5", Changed(p => StyleBlend.FadeInPlace(p, street, 0.5f))),
    ("its strokes, the photo's colours", Changed(p => ColorKeeper.ApplyInPlace(p, street, ColorPreservation.Luminance))),
    ("only the scenery", Changed(p => StyleBlend.MaskInPlace(p, street, scenery))));

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
