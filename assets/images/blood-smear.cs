#!/usr/bin/env dotnet
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies

// Draws blood-smear.png and blood-smear.json (what was drawn, and where) beside this file:
//   dotnet run assets/images/blood-smear.cs [FOLDER]
// The colours are those of Giemsa-stained smears under a 100× lens: cells of some 100 pixels, platelets of some 35.

using System.Globalization;
using System.Runtime.CompilerServices;
using SkiaSharp;

const int Width = 640, Height = 480;

var folder = args.Length > 0 ? args[0] : SourceFolder();
var random = new Random(20);
var cells = new List<Cell>();
using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
using (var canvas = new SKCanvas(bitmap))
{
    DrawBackground(canvas);
    (float X, float Y, float Across, float Down, float Turn, float Pallor)[] red =
    [
        (52, 66, 49, 46, 10, .7f), (136, 52, 50, 47, 30, .4f), (250, 66, 47, 50, 0, .95f), (330, 30, 49, 45, 15, .5f),
        (440, 78, 52, 47, -20, .75f), (552, 48, 48, 50, 5, .4f), (630, 96, 49, 47, 0, .6f), (106, 146, 50, 46, 70, .8f),
        (22, 196, 48, 51, 0, .5f), (186, 232, 47, 51, 20, .6f), (98, 262, 51, 47, -15, .9f), (528, 158, 47, 45, 0, .95f),
        (592, 232, 52, 46, 60, .55f), (506, 258, 47, 50, 0, .4f), (36, 372, 50, 47, 25, .65f), (142, 386, 49, 51, 0, .35f),
        (246, 352, 48, 46, 40, .95f), (222, 448, 51, 47, 0, .55f), (344, 406, 50, 48, -30, .8f), (436, 378, 48, 50, 0, .6f),
        (530, 356, 50, 47, 20, .85f), (482, 458, 49, 46, 0, .45f), (616, 440, 50, 52, 0, .7f), (78, 472, 48, 45, 0, .75f),
    ];
    foreach (var (x, y, across, down, turn, pallor) in red) cells.Add(DrawRedCell(canvas, x, y, across, down, turn, pallor));
    cells.Add(DrawWhiteCell(canvas, 342, 216, 74));
    (float X, float Y)[] platelets = [(190, 132), (426, 164), (278, 288), (404, 304), (602, 336)];
    foreach (var (x, y) in platelets) cells.Add(DrawPlatelet(canvas, x, y));
}
using var smear = Blur(bitmap, 1.3f);
AddNoise(smear, 3.2);

using (var png = smear.Encode(SKEncodedImageFormat.Png, 100))
    File.WriteAllBytes(Path.Combine(folder, "blood-smear.png"), png.ToArray());
File.WriteAllText(Path.Combine(folder, "blood-smear.json"), Truth());
Console.WriteLine(string.Join(", ", cells.CountBy(c => c.Label).Select(c => $"{c.Value} {c.Key}")));

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

float Vary(float spread) => (float)((2 * random.NextDouble() - 1) * spread);

// Plasma is never even: broad stains a few levels darker or lighter than the rest.
void DrawBackground(SKCanvas canvas)
{
    canvas.Clear(new SKColor(206, 211, 205));
    for (var i = 0; i < 40; i++)
    {
        var shade = (byte)(random.Next(2) == 0 ? 225 : 185);
        DrawGlow(canvas, random.Next(Width), random.Next(Height), 60 + random.Next(100), new SKColor(shade, shade, (byte)(shade - 6), 40));
    }
}

void DrawGlow(SKCanvas canvas, float x, float y, float radius, SKColor colour)
{
    using var shader = SKShader.CreateRadialGradient(new SKPoint(x, y), radius, [colour, colour.WithAlpha(0)], SKShaderTileMode.Clamp);
    using var paint = new SKPaint { Shader = shader };
    canvas.DrawCircle(x, y, radius, paint);
}

// An ellipse whose radius wavers with two low harmonics.
SKPath Outline(float x, float y, float across, float down, float turn, float waver)
{
    float second = Vary(waver), third = Vary(waver), phase = Vary(3), angle = turn * MathF.PI / 180;
    var points = new SKPoint[72];
    for (var i = 0; i < points.Length; i++)
    {
        var t = 2 * MathF.PI * i / points.Length;
        var r = 1 + second * MathF.Cos(2 * t + phase) + third * MathF.Cos(3 * t - phase);
        float dx = across * r * MathF.Cos(t), dy = down * r * MathF.Sin(t);
        points[i] = new SKPoint(x + dx * MathF.Cos(angle) - dy * MathF.Sin(angle), y + dx * MathF.Sin(angle) + dy * MathF.Cos(angle));
    }
    var path = new SKPath();
    path.AddPoly(points);
    return path;
}

// A disc thinner in its middle, so paler there; light passes two cells where they overlap, hence Multiply.
Cell DrawRedCell(SKCanvas canvas, float x, float y, float across, float down, float turn, float pallor)
{
    using var path = Outline(x, y, across, down, turn, .035f);
    var rim = new SKColor((byte)(216 + Vary(6)), (byte)(164 + Vary(7)), (byte)(150 + Vary(7)));
    var centre = Mix(rim, new SKColor(244, 228, 222), pallor);
    var middle = new SKPoint(x + Vary(5), y + Vary(5));
    using var shader = SKShader.CreateRadialGradient(middle, Math.Max(across, down),
        [centre, centre, rim, rim], [0, .16f, .58f, 1], SKShaderTileMode.Clamp);
    using var fill = new SKPaint { Shader = shader, IsAntialias = true, BlendMode = SKBlendMode.Multiply };
    using var edge = new SKPaint
    {
        Style = SKPaintStyle.Stroke, StrokeWidth = 2.5f, IsAntialias = true, Color = new SKColor(164, 104, 98, 140),
    };
    canvas.DrawPath(path, fill);
    canvas.DrawPath(path, edge);
    return new Cell("RBC", Visible(path));
}

// A neutrophil: pale granular plasma around a nucleus of four lobes joined by threads.
Cell DrawWhiteCell(SKCanvas canvas, float x, float y, float radius)
{
    using var body = Outline(x, y, radius, radius * .95f, 0, .03f);
    using var plasma = new SKPaint { Color = new SKColor(205, 190, 212), IsAntialias = true };
    canvas.DrawPath(body, plasma);
    canvas.Save();
    canvas.ClipPath(body, antialias: true);
    for (var i = 0; i < 260; i++)
    {
        using var granule = new SKPaint { Color = new SKColor((byte)random.Next(160, 200), (byte)random.Next(130, 170), (byte)random.Next(180, 215), 90) };
        canvas.DrawCircle(x + Vary(radius), y + Vary(radius), 1.5f + (float)random.NextDouble() * 2.5f, granule);
    }
    canvas.Restore();

    SKPoint[] lobes = [new(x - 32, y - 16), new(x - 4, y - 34), new(x + 30, y - 10), new(x + 14, y + 28)];
    using var thread = new SKPaint { Color = new SKColor(88, 74, 202), Style = SKPaintStyle.Stroke, StrokeWidth = 15, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
    using var threads = new SKPath();
    threads.AddPoly(lobes, close: false);
    canvas.DrawPath(threads, thread);
    foreach (var lobe in lobes) DrawLobe(canvas, lobe);
    return new Cell("WBC", Visible(body));
}

void DrawLobe(SKCanvas canvas, SKPoint at)
{
    using var path = Outline(at.X, at.Y, 26, 21, Vary(90), .07f);
    using var paint = new SKPaint { Color = new SKColor(90, 76, 208), IsAntialias = true };
    canvas.DrawPath(path, paint);
    canvas.Save();
    canvas.ClipPath(path, antialias: true);
    for (var i = 0; i < 14; i++)
        DrawGlow(canvas, at.X + Vary(22), at.Y + Vary(18), 5 + random.Next(7), new SKColor(66, 48, (byte)random.Next(150, 190), 110));
    canvas.Restore();
}

Cell DrawPlatelet(SKCanvas canvas, float x, float y)
{
    using var path = Outline(x, y, 17, 15, Vary(90), .1f);
    using var paint = new SKPaint { Color = new SKColor(160, 168, 212, 230), IsAntialias = true };
    canvas.DrawPath(path, paint);
    for (var i = 0; i < 9; i++) DrawGlow(canvas, x + Vary(9), y + Vary(8), 3 + random.Next(4), new SKColor(104, 100, 190, 150));
    return new Cell("Platelets", Visible(path));
}

static SKColor Mix(SKColor a, SKColor b, float share) => new(
    (byte)(a.Red + share * (b.Red - a.Red)), (byte)(a.Green + share * (b.Green - a.Green)), (byte)(a.Blue + share * (b.Blue - a.Blue)));

static SKRect Visible(SKPath path) => SKRect.Intersect(path.TightBounds, SKRect.Create(Width, Height));

// The lens: nothing under a microscope has an edge sharper than a pixel or two.
static SKBitmap Blur(SKBitmap source, float sigma)
{
    var blurred = new SKBitmap(source.Info);
    using var canvas = new SKCanvas(blurred);
    using var filter = SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp, null, new SKImageFilter.CropRect(SKRect.Create(Width, Height)));
    using var paint = new SKPaint { ImageFilter = filter };
    // Skia lets the blur fade towards the image's edges all the same; a photograph is opaque.
    canvas.DrawBitmap(source, 0, 0);
    canvas.DrawBitmap(source, 0, 0, paint);
    return blurred;
}

// The sensor: Gaussian noise (Box–Muller), mostly common to the three channels.
void AddNoise(SKBitmap image, double sigma)
{
    var pixels = image.GetPixelSpan();
    var noisy = pixels.ToArray();
    for (var i = 0; i < noisy.Length; i += 4)
    {
        var common = Gauss();
        for (var c = 0; c < 3; c++)
            noisy[i + c] = (byte)Math.Clamp(noisy[i + c] + sigma * (.85 * common + .5 * Gauss()) + .5, 0, 255);
    }
    System.Runtime.InteropServices.Marshal.Copy(noisy, 0, image.GetPixels(), noisy.Length);
}

double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

string Truth()
{
    var lines = cells.Select(c => string.Create(CultureInfo.InvariantCulture,
        $"    {{\"label\":\"{c.Label}\",\"box\":{{\"left\":{c.Box.Left:0.#},\"top\":{c.Box.Top:0.#},\"right\":{c.Box.Right:0.#},\"bottom\":{c.Box.Bottom:0.#}}}}}"));
    return $$"""
        {
          "image":"blood-smear.png","width":{{Width}},"height":{{Height}},
          "counts":{{{string.Join(",", cells.CountBy(c => c.Label).Select(c => $"\"{c.Key}\":{c.Value}"))}}},
          "detections":[
        {{string.Join(",\n", lines)}}
          ]
        }

        """;
}

internal sealed record Cell(string Label, SKRect Box);
