#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/02-segmentation.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/02-segmentation.cs [FOLDER for the images]
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Segmentation.Evaluation;
using MlNetVision.Segmentation;
using SkiaSharp;
using System.IO;
using System.Text;

// # How DeepLab classifies every pixel, step by step
//
// A segmentation network predicts a class for every pixel. It needs a large context (*is this grey a road or a wall?*) and sharp edges at the same
// time. This notebook shows DeepLab's three means to that end in a real network: atrous convolutions, a pyramid of them, and a decoder. Then it
// turns scores into a mask, and a mask into new images.
//
// The model is the bundled `streets` (DeepLab v3+, 11 classes), and the image is the bundled drawing of a street. `Segmenter.Segment` does
// all of this in one call; the last steps show it.
//
// *Run it* in a .NET Interactive host, from within the repository, or as a console program: `dotnet run notebooks/02-segmentation.cs`.
// Until the packages are published, the first cell takes them from a folder that two commands in the repository's root make:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision

// ## 1. The image
//
// A street under a white sky: houses on both sides, bare trees and a hedge, three cars, a pedestrian, posts and a sign.

var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "MlNetVision.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run this from within the repository.");

var streetFile = Path.Combine(root, "assets", "images", "street.png");
var image = RgbImage.Load(streetFile);

const int Width = 480, Height = 360;
SKBitmap ToBitmap(RgbImage p) => SKBitmap.Decode(p.Encode(ImageFormat.Png)).Resize(new SKImageInfo(Width, Height), SKFilterQuality.High);
var street = ToBitmap(image);

void Show(SKBitmap bitmap)
{
    using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

// Images side by side, each with its name.
void ShowRow(int columns, params (string Name, SKBitmap Bitmap)[] tiles)
{
    const int Across = Width / 2, Down = Height / 2, Line = 20;
    using var sheet = new SKBitmap(columns * (Across + 4), (tiles.Length + columns - 1) / columns * (Down + Line));
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 14, IsAntialias = true };
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
        for (var i = 0; i < tiles.Length; i++)
        {
            var (x, y) = (i % columns * (Across + 4), i / columns * (Down + Line));
            canvas.DrawText(tiles[i].Name, x + 2, y + 14, ink);
            canvas.DrawBitmap(tiles[i].Bitmap, SKRect.Create(x, y + Line - 2, Across, Down), smooth);
        }
    }
    Show(sheet);
}

display($"{image.Width} × {image.Height} pixels");
Show(street);

// ## 2. Input and output of the network
//
// The network takes 480 × 360 pixels, red, green and blue each as a plane of numbers from −1 to 1. The output is eleven planes of the same size, one
// for each class. These scores are *logits*: the larger, the more likely the class.
//
// `OnnxModel.Cut` ends a network at any of its layers, so that we can look at intermediate results.

var model = OnnxModel.Load(Path.Combine(root, "assets", "models", "streets.onnx"));
var labels = model.GetNames()!;

var small = ImageResizer.Resize(image, new ResizeOptions { Width = Width, Height = Height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
var pixels = new float[3 * Height * Width];
TensorPacker.Pack(small, pixels, PixelLayout.Nchw, PixelNormalization.TensorFlow);

(float[] Values, int Channels, int Height, int Width) Run(string layer)
{
    var cut = model.Cut(layer);
    using var session = new InferenceSession(cut.ToBytes());
    using var tensor = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Height, Width]);
    using var options = new RunOptions();
    using var results = session.Run(options, ["image"], [tensor], [cut.Outputs[0].Name]);
    var shape = results[0].GetTensorTypeAndShape().Shape;
    return (results[0].GetTensorDataAsSpan<float>().ToArray(), (int)shape[1], (int)shape[2], (int)shape[3]);
}

var logits = Run("logits");
display($"{logits.Values.Length:N0} numbers = {logits.Channels} classes × {logits.Height} × {logits.Width} pixels");

// ## 3. Atrous rates and receptive fields
//
// How much of the image can one number of a layer depend on? Its *receptive field* grows with every window. A window of $k$ elements, taken
// $d$ apart (its *atrous rate*), on a map whose elements lie $j$ pixels apart, adds $d\,(k-1)\,j$ pixels; a stride multiplies $j$.
//
// A classifier halves its maps until they are tiny. DeepLab stops at $j = 16$ (the *output stride*), because edges would be lost, and widens
// the windows instead: at rate 2 a 3×3 window spans 5×5 elements and still costs nine multiplications.

var summary = model.Describe();
var windows = summary.Layers.Where(l => l.Type == "Conv" && l.Kernel[0] > 1).ToList();
var encoder = windows.TakeWhile(l => l.AtrousRate < 3).ToList();
var pyramid = windows.Where(l => l.AtrousRate >= 3).ToList();

long field = 1, apart = 1;
var table = new StringBuilder("layer                        window  stride  rate   pixels apart  receptive field\n");
foreach (var layer in encoder)
{
    field += layer.AtrousRate * (layer.Kernel[0] - 1) * apart;
    apart *= layer.Strides[0];
    table.Append($"{layer.Name,-28} {layer.Kernel[0]} × {layer.Kernel[1]} {layer.Strides[0],7} {layer.AtrousRate,5} {apart,14} {field,16}\n");
}
foreach (var layer in pyramid)
    table.Append($"{layer.Name,-28} {layer.Kernel[0]} × {layer.Kernel[1]} {layer.Strides[0],7} {layer.AtrousRate,5} {apart,14} {field + layer.AtrousRate * 2 * apart,16}\n");
display(table.ToString().TrimEnd());
display($"{summary.Parameters:N0} parameters, output stride {summary.OutputStride}, rates above 1: {string.Join(", ", summary.AtrousRates.Select(r => $"{r.Rate} ({r.Layers}×)"))}");

// The last three are branches on the same map. For one element of that map, on the blue car, the squares show each branch's receptive field, and the
// dots show the nine elements that its window takes: near ones, and ones as far off as the houses on both sides.

using (var copy = street.Copy())
{
    using (var canvas = new SKCanvas(copy))
    {
        var (x, y) = (240f, 180f);
        SKColor[] hues = [SKColors.Gold, SKColors.OrangeRed, SKColors.MediumVioletRed];
        for (var i = 0; i < pyramid.Count; i++)
        {
            using var dot = new SKPaint { Color = hues[i], IsAntialias = true };
            using var line = new SKPaint { Color = hues[i], Style = SKPaintStyle.Stroke, StrokeWidth = 2 };
            var step = (float)(pyramid[i].AtrousRate * apart);
            for (var k = 0; k < 9; k++) canvas.DrawCircle(x + (k % 3 - 1) * step, y + (k / 3 - 1) * step, 6 - i, dot);
            var half = (field + 2 * step) / 2;
            canvas.DrawRect(new SKRect(x - half, y - half, x + half, y + half), line);
        }
        using var encoderLine = new SKPaint { Color = SKColors.DeepSkyBlue, Style = SKPaintStyle.Stroke, StrokeWidth = 3 };
        canvas.DrawRect(new SKRect(x - field / 2f, y - field / 2f, x + field / 2f, y + field / 2f), encoderLine);
    }
    Show(copy);
}
display($"blue: the encoder's {field} pixels; yellow, orange, violet: rates {string.Join(", ", pyramid.Select(l => l.AtrousRate))} (what lies outside the image is zero)");

// ## 4. The pyramid
//
// Distant cars are small and nearby houses are large, so no single rate fits all objects. *Atrous spatial pyramid pooling* has five branches: a 1×1
// convolution, the three rates, and the average of the whole image (not shown: it is the same everywhere). Below is the mean of each branch's channels, from
// black (low) to yellow (high). All have 30 × 23 elements: every sixteenth pixel. They respond to different things and complement each other.

// A map as an image: from the smallest value (black) to the largest (yellow).
SKBitmap HeatMap(float[] values, int width, int height, float? from = null, float? to = null)
{
    float low = from ?? values.Min(), high = to ?? values.Max();
    var map = new SKBitmap(width, height);
    map.Pixels = values.Select(v => (v - low) / Math.Max(high - low, 1e-6f))
        .Select(p => new SKColor((byte)(255 * Math.Min(1, 2 * p)), (byte)(255 * Math.Clamp(2 * p - 1, 0, 1)), 0)).ToArray();
    return map;
}

SKBitmap MeanMap(string layer)
{
    var (values, channels, height, width) = Run(layer);
    var plane = height * width;
    return HeatMap(Enumerable.Range(0, plane).Select(i => Enumerable.Range(0, channels).Average(c => values[c * plane + i])).ToArray(), width, height);
}

ShowRow(2,
    ("1×1", MeanMap("/a.0/a.0.2/Clip")), ("rate 3", MeanMap("/a.1/a.1.1/a.1.1.2/Clip")),
    ("rate 6", MeanMap("/a.2/a.2.1/a.2.1.2/Clip")), ("rate 9", MeanMap("/a.3/a.3.1/a.3.1.2/Clip")));

// ## 5. The decoder
//
// The pyramid locates classes, but only at every sixteenth pixel. An early layer of the encoder, four pixels apart, has sharp edges but no classes.
// The decoder of DeepLab v3+ enlarges the first, concatenates the second, and computes a sharper map by two more convolutions.

ShowRow(3, ("pyramid, 30 × 23", MeanMap("/p/p.2/Clip")), ("edges, 120 × 90", MeanMap("/l/l.2/Clip")), ("decoder, 120 × 90", MeanMap("/d/d.3/d.3.2/Clip")));

// ## 6. Scores
//
// The last convolution gives a score for each class, and bilinear enlargement brings them to the image's size. Softmax makes probabilities of them:
// $p_c = e^{s_c} / \sum_k e^{s_k}$. Yellow is 1, black is 0. The map of poles shows the network's uncertainty: posts are bright, but so are
// the frames of windows.

const int Plane = Width * Height;
float[] Probabilities(int wanted)
{
    var result = new float[Plane];
    for (var i = 0; i < Plane; i++)
    {
        var sum = 0f;
        for (var c = 0; c < labels.Length; c++) sum += MathF.Exp(logits.Values[c * Plane + i] - logits.Values[wanted * Plane + i]);
        result[i] = 1 / sum;
    }
    return result;
}

string[] shown = ["road", "pavement", "building", "tree", "car", "pole"];
ShowRow(3, shown.Select(label => (label, HeatMap(Probabilities(Array.IndexOf(labels, label)), Width, Height, 0, 1))).ToArray());

// ## 7. The mask
//
// Each pixel takes the class of the highest score:

var byHand = Enumerable.Range(0, Plane).Select(i => (byte)Enumerable.Range(0, labels.Length).MaxBy(c => logits.Values[c * Plane + i])).ToArray();
var smallMask = new SegmentationMask(Width, Height, byHand, labels);
display(string.Join('\n', smallMask.Shares().Select(s => $"{s.Label,-11} {s.Fraction,5:P0}")));

// `Segmenter` does it in one call, at the size of the original image. It enlarges the scores before it takes the highest, so edges are smooth
// instead of stepped. `MaskPainter` draws the mask over the image, with a legend.

var segmenter = Segmenter.Load("streets", new SegmenterOptions { WithConfidence = true });
var mask = segmenter.Segment(streetFile).Mask;

using (var overlay = MaskPainter.Draw(image, mask, new SegmentationPaintOptions { Palette = ColorPalette.CamVid })) Show(ToBitmap(overlay));
display($"Pixels on which it agrees with our own mask: {Enumerable.Range(0, Plane).Average(i => mask[i % Width * 2, i / Width * 2] == byHand[i] ? 1.0 : 0):P0}");

// ## 8. Is it correct?
//
// The program that drew the street also wrote the class of every pixel: the ground truth. *Intersection over union* divides the pixels that have a
// class in both masks by those that have it in either: 1 is perfect, 0 is a class that was never found.

var truth = MaskPng.Load(Path.Combine(root, "assets", "images", "street.mask.png"), labels);
var evaluator = new SegmentationEvaluator(labels);
evaluator.Add(truth, mask, "street.png");
var quality = evaluator.Evaluate();
display($"pixel accuracy {quality.PixelAccuracy:P0}\n\nclass          drawn    IoU, to the nearest 0.05\n" + string.Join('\n', quality.PerClass.Where(c => c.Truth > 0)
    .Select(c => $"{c.Label,-12} {(double)c.Truth / quality.Pixels,6:P0} {Math.Round(20 * c.IoU!.Value) / 20,6:0.00} {new string('█', (int)Math.Round(20 * c.IoU!.Value))}")));

// Thin objects score lowest. A post is 5 to 10 pixels wide, and at output stride 16 it is lost between two elements; only the decoder's edges can restore it.
//
// ## 9. Objects over another background
//
// With a mask, parts of an image can be replaced. Edges are softened by the network's confidence: where it is low, the old and the new image are
// mixed. First an evening sky for the white one; then the traffic and the pedestrian alone, with the rest blurred.

RgbImage Evening()
{
    using var sky = new SKBitmap(image.Width, image.Height);
    using (var canvas = new SKCanvas(sky))
    {
        using var shader = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(0, image.Height * .45f),
            [new SKColor(38, 44, 96), new SKColor(196, 92, 96), new SKColor(252, 190, 110)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawPaint(paint);
    }
    using var png = sky.Encode(SKEncodedImageFormat.Png, 100);
    return RgbImage.Load(png.ToArray(), "evening");
}

using (var evening = Evening())
using (var composed = Compositor.Compose(image, mask, CompositeBackground.Image(evening), new CompositeOptions { Keep = labels.Where(l => l != "sky").ToList() }))
    Show(ToBitmap(composed));

using (var blurred = Compositor.Compose(image, mask, CompositeBackground.Blur(), new CompositeOptions { Keep = ["car", "pedestrian", "road"] }))
    Show(ToBitmap(blurred));

// To go on: move the point of step 3 to the edge of the image; look at `/b4/b4.5/Add`, the pyramid's input, in step 4; or use a street of your own.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/02-segmentation";
        var file = $"02-segmentation.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}
