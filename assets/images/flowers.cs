#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false

// Draws rose.png, sunflower.png and tulip.png beside this file, and says what the bundled network takes them for:
//   dotnet run assets/images/flowers.cs [FOLDER]
// A rose is a spiral of petals that overlap outwards; a sunflower's florets stand at golden angles (Vogel 1979), as in nature;
// a tulip is a cup of petals on a bare stem.
using System.Runtime.CompilerServices;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using SkiaSharp;

const int Side = 480;
const float GoldenAngle = 2.39996323f;

var folder = args.Length > 0 ? args[0] : SourceFolder();
using var classifier = ImageClassifier.Load("flowers");
foreach (var (name, seed, draw) in new (string, int, Action<SKCanvas, Random>)[] { ("rose", 3, Rose), ("sunflower", 5, Sunflower), ("tulip", 11, Tulips) })
{
    using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul));
    using (var canvas = new SKCanvas(bitmap)) draw(canvas, new Random(seed));
    var path = Path.Combine(folder, name + ".png");
    using (var png = bitmap.Encode(SKEncodedImageFormat.Png, 100)) File.WriteAllBytes(path, png.ToArray());
    Console.WriteLine($"{name}: {string.Join(", ", classifier.Classify(path).Predictions.Select(p => FormattableString.Invariant($"{p.Label} {p.Score:0.000}")))}");
}

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

static float Vary(Random random, float spread) => (float)((2 * random.NextDouble() - 1) * spread);

static SKColor Mix(SKColor a, SKColor b, float part)
{
    part = Math.Clamp(part, 0, 1);
    return new((byte)(a.Red + (b.Red - a.Red) * part), (byte)(a.Green + (b.Green - a.Green) * part), (byte)(a.Blue + (b.Blue - a.Blue) * part));
}

static SKPoint Polar(float x, float y, float angle, float radius) => new(x + radius * MathF.Cos(angle), y + radius * MathF.Sin(angle));

static void Fill(SKCanvas canvas, SKPath path, SKShader shader, float blur = 0)
{
    using (path)
    using (shader)
    using (var filter = blur > 0 ? SKMaskFilter.CreateBlur(SKBlurStyle.Normal, blur) : null)
    using (var paint = new SKPaint { Shader = shader, IsAntialias = true, MaskFilter = filter }) canvas.DrawPath(path, paint);
}

static SKShader Plain(SKColor color) => SKShader.CreateColor(color);

static SKShader Radial(float x, float y, float radius, params SKColor[] colors) => SKShader.CreateRadialGradient(new SKPoint(x, y), radius, colors, SKShaderTileMode.Clamp);

static SKShader Linear(float x0, float y0, float x1, float y1, params SKColor[] colors) => SKShader.CreateLinearGradient(new SKPoint(x0, y0), new SKPoint(x1, y1), colors, SKShaderTileMode.Clamp);

static SKPath Oval(float x, float y, float across, float down)
{
    var path = new SKPath();
    path.AddOval(new SKRect(x - across, y - down, x + across, y + down));
    return path;
}

// Leaves and light far behind, out of focus.
static void Backdrop(SKCanvas canvas, Random random, SKColor dark, SKColor light, int spots, float largest)
{
    using (var all = new SKPaint { Shader = Linear(0, 0, Side * .4f, Side, light, dark) }) canvas.DrawRect(0, 0, Side, Side, all);
    for (var i = 0; i < spots; i++)
    {
        var (x, y, size) = ((float)random.NextDouble() * Side, (float)random.NextDouble() * Side, largest * (.35f + .65f * (float)random.NextDouble()));
        Fill(canvas, Oval(x, y, size, size * .8f), Plain(Mix(dark, light, (float)random.NextDouble()).WithAlpha(110)), blur: size * .35f);
    }
}

// A leaf along a line, bulging to both sides, with a vein.
static void Leaf(SKCanvas canvas, SKPoint from, SKPoint to, float width, SKColor color)
{
    var (dx, dy) = (to.X - from.X, to.Y - from.Y);
    var length = MathF.Sqrt(dx * dx + dy * dy);
    var (nx, ny) = (-dy / length * width, dx / length * width);
    SKPoint Beside(float along, float side) => new(from.X + dx * along + nx * side, from.Y + dy * along + ny * side);
    var path = new SKPath();
    path.MoveTo(from);
    path.CubicTo(Beside(.25f, .9f), Beside(.65f, 1.1f), to);
    path.CubicTo(Beside(.65f, -1.1f), Beside(.25f, -.9f), from);
    var (a, b) = (Beside(.5f, 1), Beside(.5f, -1));
    Fill(canvas, path, Linear(a.X, a.Y, b.X, b.Y, Mix(color, SKColors.White, .18f), color, Mix(color, SKColors.Black, .35f)));
    using var vein = new SKPaint { Color = Mix(color, SKColors.White, .3f).WithAlpha(130), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = MathF.Max(1, width * .06f) };
    canvas.DrawLine(from, Beside(.94f, 0), vein);
}

static void Rose(SKCanvas canvas, Random random)
{
    Backdrop(canvas, random, new SKColor(14, 34, 18), new SKColor(56, 92, 48), 60, 70);
    var (x, y) = (Side * .5f, Side * .48f);
    var green = new SKColor(44, 92, 46);
    foreach (var angle in new[] { .55f, 1.5f, 2.5f, 3.5f, 5.8f }) Leaf(canvas, Polar(x, y, angle, 110), Polar(x, y, angle + Vary(random, .15f), 245), 46, green);
    var (deep, edge) = (new SKColor(120, 4, 26), new SKColor(236, 62, 92));
    // From the outermost ring inwards, each petal over those outside it.
    float[] radii = [176, 164, 148, 132, 114, 97, 80, 64, 49, 36, 25, 15];
    for (var ring = 0; ring < radii.Length; ring++)
    {
        var petals = ring < 2 ? 6 : ring < 7 ? 5 : 3;
        for (var p = 0; p < petals; p++)
        {
            var angle = ring * GoldenAngle + (p + Vary(random, .12f)) * MathF.Tau / petals;
            Petal(canvas, random, x, y, angle, radii[ring] * (1 + Vary(random, .04f)), MathF.Tau / petals * (ring < 2 ? .72f : .8f), deep, Mix(edge, new SKColor(255, 128, 140), 1 - ring / 9f));
        }
    }
    Fill(canvas, Oval(x, y, 7, 6), Plain(new SKColor(86, 0, 18)));
}

// A petal as a rim that curls out: a shadow beneath, a body that darkens towards the heart, and a light edge.
static void Petal(SKCanvas canvas, Random random, float x, float y, float angle, float radius, float spread, SKColor deep, SKColor edge)
{
    SKPath Outline(float scale)
    {
        var path = new SKPath();
        path.MoveTo(x, y);
        for (var i = 0; i <= 24; i++)
        {
            var t = i / 12f - 1;
            var bulge = 1 - .24f * MathF.Pow(MathF.Abs(t), 2.6f) + .02f * MathF.Sin(9 * t + radius);
            path.LineTo(Polar(x, y, angle + t * spread, radius * scale * bulge));
        }
        path.Close();
        return path;
    }
    Fill(canvas, Outline(1.05f), Plain(new SKColor(40, 0, 12, 120)), blur: 6);
    var tint = Vary(random, .12f);
    Fill(canvas, Outline(1), Radial(x, y, radius, Mix(deep, SKColors.Black, .45f), deep, Mix(deep, edge, .55f + tint), Mix(edge, SKColors.White, .05f + tint / 2)));
    using var rim = new SKPaint { Color = Mix(edge, SKColors.White, .35f).WithAlpha(150), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.6f, StrokeCap = SKStrokeCap.Round };
    using var arc = new SKPath();
    for (var i = 1; i < 24; i++)
    {
        var t = i / 12f - 1;
        var point = Polar(x, y, angle + t * spread, radius * (1 - .24f * MathF.Pow(MathF.Abs(t), 2.6f) + .02f * MathF.Sin(9 * t + radius)));
        if (i == 1) arc.MoveTo(point);
        else arc.LineTo(point);
    }
    canvas.DrawPath(arc, rim);
}

static void Sunflower(SKCanvas canvas, Random random)
{
    using (var sky = new SKPaint { Shader = Linear(0, 0, 0, Side, new SKColor(74, 140, 214), new SKColor(186, 216, 240)) }) canvas.DrawRect(0, 0, Side, Side, sky);
    for (var i = 0; i < 9; i++) Fill(canvas, Oval((float)random.NextDouble() * Side, 60 + 150 * (float)random.NextDouble(), 90, 26), Plain(new SKColor(255, 255, 255, 120)), blur: 18);
    for (var i = 0; i < 60; i++)
    {
        var size = 20 + 26 * (float)random.NextDouble();
        Fill(canvas, Oval((float)random.NextDouble() * Side, Side - 70 * (float)random.NextDouble(), size, size * .6f), Plain(Mix(new SKColor(34, 74, 30), new SKColor(110, 148, 60), (float)random.NextDouble())), blur: 5);
    }
    var (x, y) = (Side * .5f, Side * .44f);
    var stem = new SKPath();
    stem.MoveTo(x - 11, y);
    stem.QuadTo(x - 4, y + 180, x + 6, Side);
    stem.LineTo(x + 30, Side);
    stem.QuadTo(x + 16, y + 180, x + 11, y);
    Fill(canvas, stem, Linear(x - 12, 0, x + 30, 0, new SKColor(124, 160, 66), new SKColor(56, 96, 36)));
    Leaf(canvas, new SKPoint(x + 8, Side * .86f), new SKPoint(x + 178, Side * .72f), 52, new SKColor(70, 118, 44));
    Leaf(canvas, new SKPoint(x + 4, Side * .92f), new SKPoint(x - 168, Side * .80f), 50, new SKColor(62, 108, 40));
    for (var ring = 0; ring < 3; ring++)
    {
        const int Petals = 21;
        for (var p = 0; p < Petals; p++)
        {
            var angle = (p + ring / 3f + Vary(random, .16f)) * MathF.Tau / Petals;
            var length = (178 - 14 * ring) * (1 + Vary(random, .07f));
            var color = Mix(new SKColor(255, 190, 8), new SKColor(240, 142, 4), .5f + Vary(random, .5f));
            Ray(canvas, x, y, angle, 66, length, 17, Mix(color, SKColors.Black, .12f * (2 - ring)));
        }
    }
    Fill(canvas, Oval(x, y, 80, 80), Radial(x, y, 80, new SKColor(70, 44, 14), new SKColor(54, 28, 8), new SKColor(96, 54, 12)));
    // Vogel's floret n stands at n golden angles, √n from the heart.
    for (var n = 1; n < 520; n++)
    {
        var point = Polar(x, y, n * GoldenAngle, 3.45f * MathF.Sqrt(n));
        var part = n / 520f;
        Fill(canvas, Oval(point.X, point.Y, 1.5f + 1.1f * part, 1.5f + 1.1f * part), Plain(part < .3f ? Mix(new SKColor(120, 116, 40), new SKColor(80, 48, 14), part * 3) : Mix(new SKColor(66, 34, 10), new SKColor(206, 134, 30), (part - .3f) * (.7f + Vary(random, .4f)))));
    }
}

// A pointed petal from one radius to another, with a fold along it.
static void Ray(SKCanvas canvas, float x, float y, float angle, float from, float to, float width, SKColor color)
{
    SKPoint At(float radius, float side)
    {
        var point = Polar(x, y, angle, radius);
        return new(point.X - MathF.Sin(angle) * side, point.Y + MathF.Cos(angle) * side);
    }
    SKPath Outline(float grow)
    {
        var path = new SKPath();
        path.MoveTo(At(from, -width * .5f));
        path.CubicTo(At(from + (to - from) * .35f, -width * grow), At(from + (to - from) * .7f, -width * grow), At(to * grow, 0));
        path.CubicTo(At(from + (to - from) * .7f, width * grow), At(from + (to - from) * .35f, width * grow), At(from, width * .5f));
        path.Close();
        return path;
    }
    Fill(canvas, Outline(1.03f), Plain(new SKColor(90, 50, 0, 90)), blur: 3);
    var (a, b) = (At(from, 0), At(to, 0));
    Fill(canvas, Outline(1), Linear(a.X, a.Y, b.X, b.Y, Mix(color, new SKColor(150, 70, 0), .55f), color, Mix(color, new SKColor(255, 240, 120), .45f)));
    using var fold = new SKPaint { Color = new SKColor(170, 96, 0, 110), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.2f };
    canvas.DrawLine(At(from, 2), At(to * .93f, 0), fold);
    canvas.DrawLine(At(from, -4), At(to * .85f, -3), fold);
}

static void Tulips(SKCanvas canvas, Random random)
{
    Backdrop(canvas, random, new SKColor(66, 104, 58), new SKColor(176, 200, 190), 50, 80);
    foreach (var (x, y, size, lean) in new[] { (.22f, .34f, .78f, -.12f), (.80f, .30f, .8f, .1f), (.5f, .27f, 1.06f, .02f) })
        Tulip(canvas, random, Side * x, Side * y, 92 * size, lean);
}

static void Tulip(SKCanvas canvas, Random random, float x, float y, float size, float lean)
{
    var (foot, root) = (new SKPoint(x, y + size), new SKPoint(x - lean * 260, Side + 10));
    var green = new SKColor(84, 132, 62);
    var stem = new SKPath();
    stem.MoveTo(foot.X - size * .07f, foot.Y - 6);
    stem.QuadTo(foot.X - size * .06f, (foot.Y + root.Y) / 2, root.X - size * .09f, root.Y);
    stem.LineTo(root.X + size * .09f, root.Y);
    stem.QuadTo(foot.X + size * .1f, (foot.Y + root.Y) / 2, foot.X + size * .07f, foot.Y - 6);
    Fill(canvas, stem, Linear(foot.X - size * .1f, 0, foot.X + size * .1f, 0, Mix(green, SKColors.White, .3f), green, Mix(green, SKColors.Black, .35f)));
    Leaf(canvas, new SKPoint(root.X, Side + 8), new SKPoint(root.X - size * .95f, foot.Y + size * .55f), size * .2f, Mix(green, new SKColor(120, 160, 130), .3f));
    Leaf(canvas, new SKPoint(root.X, Side + 8), new SKPoint(root.X + size * .85f, foot.Y + size * .75f), size * .22f, green);
    var (red, dark, light) = (new SKColor(214, 22, 34), new SKColor(132, 4, 20), new SKColor(255, 106, 84));
    canvas.Save();
    canvas.RotateRadians(lean, foot.X, foot.Y);
    // Three petals behind, then one at each side, then the one before.
    foreach (var (offset, top, width, shade) in new[] { (-.46f, .98f, .42f, .5f), (.46f, .96f, .42f, .5f), (0f, 1.02f, .5f, .62f), (-.36f, .9f, .52f, .12f), (.36f, .92f, .52f, .18f), (.02f, .84f, .56f, 0f) })
        Cup(canvas, random, foot.X, foot.Y, size, offset, top, width, Mix(red, dark, shade), Mix(light, red, shade));
    canvas.Restore();
}

// A petal of a cup: narrow at the foot, wide in the middle, pointed at the top, with streaks along it.
static void Cup(SKCanvas canvas, Random random, float x, float foot, float size, float offset, float top, float width, SKColor color, SKColor light)
{
    var (middle, tip, height) = (x + offset * size, x + offset * size * 1.12f, 2 * size * top);
    SKPath Outline()
    {
        var path = new SKPath();
        path.MoveTo(x, foot);
        path.CubicTo(middle - size * width * 1.2f, foot - height * .1f, middle - size * width * 1.15f, foot - height * .7f, tip, foot - height);
        path.CubicTo(middle + size * width * 1.15f, foot - height * .7f, middle + size * width * 1.2f, foot - height * .1f, x, foot);
        path.Close();
        return path;
    }
    Fill(canvas, Outline(), Plain(new SKColor(70, 0, 10, 130)), blur: 5);
    Fill(canvas, Outline(), Linear(middle - size * width, 0, middle + size * width, 0, Mix(color, SKColors.Black, .2f), light, color, Mix(color, SKColors.Black, .3f)));
    using var clip = Outline();
    canvas.Save();
    canvas.ClipPath(clip, antialias: true);
    for (var i = 0; i < 14; i++)
    {
        var side = (i / 13f * 2 - 1) * size * width;
        using var streak = new SKPaint { Color = (i % 2 == 0 ? Mix(light, SKColors.White, .3f) : Mix(color, SKColors.Black, .3f)).WithAlpha(46), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 2.2f };
        using var line = new SKPath();
        line.MoveTo(x, foot);
        line.CubicTo(middle + side, foot - height * .2f, middle + side, foot - height * .7f, tip + Vary(random, 3), foot - height);
        canvas.DrawPath(line, streak);
    }
    using var glow = Radial(x, foot, size * .5f, new SKColor(250, 200, 90, 150), new SKColor(250, 200, 90, 0));
    using var base1 = new SKPaint { Shader = glow };
    canvas.DrawCircle(x, foot, size * .5f, base1);
    canvas.Restore();
}
