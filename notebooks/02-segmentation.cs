#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
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
// *To run it:* until the package `MlNetVision` is published, make and register it with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/02-segmentation.cs`.

// ## 1. The image
//
// A street under a white sky: houses on both sides, bare trees and a hedge, three cars, a pedestrian, posts and a sign.

var work = Directory.CreateTempSubdirectory("mlnetvision-segmentation-").FullName;
var streetFile = SampleImages.Save("street.png", work);
var image = RgbImage.Load(streetFile);

const int Width = 480, Height = 360;
var toInput = new ResizeOptions
{
    Width = Width,
    Height = Height,
    Mode = ResizeMode.Stretch,
    Resampler = Resampler.Area,
};

void Show(RgbImage full)
{
    using var half = ImageResizer.Resize(full, toInput, out _);
    Convert.ToBase64String(half.Encode(ImageFormat.Jpeg, 85)).DisplayAs("image/jpeg");
}

display($"{image.Width} × {image.Height} pixels");
Show(image);

// ### Helpers for drawing (skip when reading)
//
// `ShowRow` shows images side by side, each with its name. `HeatMap` draws a map of numbers as an image.

void ShowBitmap(SKBitmap bitmap)
{
    using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}
void ShowRow(int columns, params (string Name, SKBitmap Bitmap)[] tiles)
{
    const int Across = Width / 2, Down = Height / 2, Line = 20;
    var lines = (tiles.Length + columns - 1) / columns;
    using var sheet = new SKBitmap(columns * (Across + 4), lines * (Down + Line));
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 14, IsAntialias = true };
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
        for (var i = 0; i < tiles.Length; i++)
        {
            var (x, y) = (i % columns * (Across + 4), i / columns * (Down + Line));
            canvas.DrawText(tiles[i].Name, x + 2, y + 14, ink);
            var area = SKRect.Create(x, y + Line - 2, Across, Down);
            canvas.DrawBitmap(tiles[i].Bitmap, area, smooth);
        }
    }
    ShowBitmap(sheet);
}

// From black (low) to yellow (high).
SKBitmap HeatMap(float[] values, int width, int height, float low, float high)
{
    SKColor Heat(float value)
    {
        var p = (value - low) / Math.Max(high - low, 1e-6f);
        var (red, green) = (Math.Min(1, 2 * p), Math.Clamp(2 * p - 1, 0, 1));
        return new SKColor((byte)(255 * red), (byte)(255 * green), 0);
    }

    return new SKBitmap(width, height) { Pixels = [.. values.Select(Heat)] };
}

// ## 2. Input and output of the network
//
// The network takes 480 × 360 pixels, red, green and blue each as a plane of numbers from −1 to 1. The output is eleven planes of the same size, one
// for each class. These scores are *logits*: the larger, the more likely the class.
//
// `OnnxModel.Cut` ends a network at any of its layers, so that we can look at intermediate results.

var model = ModelLocator.Open("streets");
var labels = model.GetNames()!;

var small = ImageResizer.Resize(image, toInput, out _);
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
    var values = results[0].GetTensorDataAsSpan<float>().ToArray();
    return (values, (int)shape[1], (int)shape[2], (int)shape[3]);
}

var logits = Run("logits");
display($"{logits.Values.Length:N0} numbers = "
    + $"{logits.Channels} classes × {logits.Height} × {logits.Width} pixels");

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
var table = new StringBuilder(
    "layer                        window  stride  rate   pixels apart  receptive field");
void AddLine(OnnxLayer layer, long receptiveField) => table.Append(
    $"\n{layer.Name,-28} {layer.Kernel[0]} × {layer.Kernel[1]} {layer.Strides[0],7} "
    + $"{layer.AtrousRate,5} {apart,14} {receptiveField,16}");

foreach (var layer in encoder)
{
    field += layer.AtrousRate * (layer.Kernel[0] - 1) * apart;
    apart *= layer.Strides[0];
    AddLine(layer, field);
}
foreach (var layer in pyramid) AddLine(layer, field + layer.AtrousRate * 2 * apart);
display(table.ToString());

var rates = string.Join(", ", summary.AtrousRates.Select(r => $"{r.Rate} ({r.Layers}×)"));
display($"{summary.Parameters:N0} parameters, output stride {summary.OutputStride}, "
    + $"rates above 1: {rates}");

// The last three are branches on the same map. For one element of that map, on the blue car, the squares show each branch's receptive field, and the
// dots show the nine elements that its window takes: near ones, and ones as far off as the houses on both sides.

SKColor[] hues = [SKColors.Gold, SKColors.OrangeRed, SKColors.MediumVioletRed];

void DrawSquare(SKCanvas canvas, float side, SKColor color, float width)
{
    using var pen = new SKPaint { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = width };
    canvas.DrawRect(SKRect.Create((Width - side) / 2, (Height - side) / 2, side, side), pen);
}

using (var copy = SKBitmap.Decode(small.Encode(ImageFormat.Png)))
{
    using (var canvas = new SKCanvas(copy))
    {
        for (var i = 0; i < pyramid.Count; i++)
        {
            var step = (float)(pyramid[i].AtrousRate * apart);
            using var dot = new SKPaint { Color = hues[i], IsAntialias = true };
            foreach (var y in new[] { -step, 0, step })
                foreach (var x in new[] { -step, 0, step })
                    canvas.DrawCircle(Width / 2 + x, Height / 2 + y, 6 - i, dot);
            DrawSquare(canvas, field + 2 * step, hues[i], 2);
        }
        DrawSquare(canvas, field, SKColors.DeepSkyBlue, 3);
    }
    ShowBitmap(copy);
}
display($"blue: the encoder's {field} pixels; yellow, orange, violet: rates "
    + $"{string.Join(", ", pyramid.Select(l => l.AtrousRate))} "
    + "(what lies outside the image is zero)");

// ## 4. The pyramid
//
// Distant cars are small and nearby houses are large, so no single rate fits all objects. *Atrous spatial pyramid pooling* has five branches: a 1×1
// convolution, the three rates, and the average of the whole image (not shown: it is the same everywhere). Below is the mean of each branch's channels, from
// black (low) to yellow (high). All have 30 × 23 elements: every sixteenth pixel. They respond to different things and complement each other.

SKBitmap MeanMap(string layer)
{
    var (values, channels, height, width) = Run(layer);
    var mean = new float[height * width];
    for (var i = 0; i < values.Length; i++) mean[i % mean.Length] += values[i] / channels;
    return HeatMap(mean, width, height, mean.Min(), mean.Max());
}

ShowRow(2,
    ("1×1", MeanMap("/a.0/a.0.2/Clip")),
    ("rate 3", MeanMap("/a.1/a.1.1/a.1.1.2/Clip")),
    ("rate 6", MeanMap("/a.2/a.2.1/a.2.1.2/Clip")),
    ("rate 9", MeanMap("/a.3/a.3.1/a.3.1.2/Clip")));

// ## 5. The decoder
//
// The pyramid locates classes, but only at every sixteenth pixel. An early layer of the encoder, four pixels apart, has sharp edges but no classes.
// The decoder of DeepLab v3+ enlarges the first, concatenates the second, and computes a sharper map by two more convolutions.

ShowRow(3,
    ("pyramid, 30 × 23", MeanMap("/p/p.2/Clip")),
    ("edges, 120 × 90", MeanMap("/l/l.2/Clip")),
    ("decoder, 120 × 90", MeanMap("/d/d.3/d.3.2/Clip")));

// ## 6. Scores
//
// The last convolution gives a score for each class, and bilinear enlargement brings them to the image's size. Softmax makes probabilities of them:
// $p_c = e^{s_c} / \sum_k e^{s_k}$. Yellow is 1, black is 0. The map of poles shows the network's uncertainty: posts are bright, but so are
// the frames of windows.

const int Plane = Width * Height;
float Score(int c, int pixel) => logits.Values[c * Plane + pixel];

SKBitmap ProbabilityMap(string label)
{
    var wanted = Array.IndexOf(labels, label);
    var result = new float[Plane];
    for (var i = 0; i < Plane; i++)
    {
        var sum = 0f;
        for (var c = 0; c < labels.Length; c++) sum += MathF.Exp(Score(c, i) - Score(wanted, i));
        result[i] = 1 / sum;
    }
    return HeatMap(result, Width, Height, 0, 1);
}

string[] shown = ["road", "pavement", "building", "tree", "car", "pole"];
ShowRow(3, [.. shown.Select(label => (label, ProbabilityMap(label)))]);

// ## 7. The mask
//
// Each pixel takes the class of the highest score:

var byHand = new byte[Plane];
for (var i = 0; i < Plane; i++)
    for (var c = 1; c < labels.Length; c++)
        if (Score(c, i) > Score(byHand[i], i)) byHand[i] = (byte)c;

var smallMask = new SegmentationMask(Width, Height, byHand, labels);
display(string.Join('\n', smallMask.Shares().Select(s => $"{s.Label,-11} {s.Fraction,5:P0}")));

// `Segmenter` does it in one call, at the size of the original image. It enlarges the scores before it takes the highest, so edges are smooth
// instead of stepped. `MaskPainter` draws the mask over the image, with a legend.

var segmenter = Segmenter.Load("streets", new SegmenterOptions { WithConfidence = true });
var mask = segmenter.Segment(streetFile).Mask;

var paint = new SegmentationPaintOptions { Palette = ColorPalette.CamVid };
using (var overlay = MaskPainter.Draw(image, mask, paint)) Show(overlay);

var same = Enumerable.Range(0, Plane).Count(i => mask[i % Width * 2, i / Width * 2] == byHand[i]);
display($"Pixels on which it agrees with our own mask: {(double)same / Plane:P0}");

// ## 8. Is it correct?
//
// The program that drew the street also wrote the class of every pixel: the ground truth. *Intersection over union* divides the pixels that have a
// class in both masks by those that have it in either: 1 is perfect, 0 is a class that was never found.

var truthFile = SampleImages.Save("street.mask.png", work);
var truth = MaskPng.Load(truthFile, labels);
var evaluator = new SegmentationEvaluator(labels);
evaluator.Add(truth, mask, "street.png");
var quality = evaluator.Evaluate();
var scores = new StringBuilder($"pixel accuracy {quality.PixelAccuracy:P0}\n\n");
scores.Append("class          drawn    IoU, to the nearest 0.05");
foreach (var c in quality.PerClass.Where(c => c.Truth > 0))
{
    var share = (double)c.Truth / quality.Pixels;
    var steps = (int)Math.Round(20 * c.IoU!.Value);
    scores.Append($"\n{c.Label,-12} {share,6:P0} {steps / 20.0,6:0.00} {new string('█', steps)}");
}
display(scores.ToString());

// Thin objects score lowest. A post is 5 to 10 pixels wide, and at output stride 16 it is lost between two elements; only the decoder's edges can restore it.
//
// ## 9. Objects over another background
//
// With a mask, parts of an image can be replaced. Edges are softened by the network's confidence: where it is low, the old and the new image are
// mixed. First an evening sky for the white one; then the traffic and the pedestrian alone, with the rest blurred.

RgbImage Evening()
{
    using var sky = new SKBitmap(image.Width, image.Height);
    SKColor[] colors = [new(38, 44, 96), new(196, 92, 96), new(252, 190, 110)];
    using (var canvas = new SKCanvas(sky))
    {
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, 0), new SKPoint(0, image.Height * .45f), colors, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawPaint(paint);
    }
    using var png = sky.Encode(SKEncodedImageFormat.Png, 100);
    return RgbImage.Load(png.ToArray(), "evening");
}

var allButSky = new CompositeOptions { Keep = [.. labels.Except(["sky"])] };
var evening = CompositeBackground.Image(Evening());
using (var composed = Compositor.Compose(image, mask, evening, allButSky)) Show(composed);

var traffic = new CompositeOptions { Keep = ["car", "pedestrian", "road"] };
var blur = CompositeBackground.Blur();
using (var composed = Compositor.Compose(image, mask, blur, traffic)) Show(composed);

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
