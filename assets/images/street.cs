#!/usr/bin/env dotnet
#:project ../../src/MlNetVision/MlNetVision.csproj
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false

// Draws street.png and street.mask.png (the class of every pixel) beside this file:
//   dotnet run assets/images/street.cs [FOLDER]
// A street as a camera behind a windscreen sees it under a white sky. Everything stands in metres: X to the right of the
// camera, Y above the road, Z ahead; the camera is 1.3 m above the road.

using System.Runtime.CompilerServices;
using MlNetVision.Segmentation;
using SkiaSharp;

const int Width = 960, Height = 720;
const float Focal = 1000, HorizonX = 470, HorizonY = 322, Eye = 1.3f;
const byte Sky = 0, Building = 1, Pole = 2, Road = 3, Pavement = 4, Tree = 5, Sign = 6, Car = 8, Pedestrian = 9;
const float Kerb = -1.15f, Wall = -3.9f, FarKerb = 5.6f, FarWall = 8.4f;
string[] labels = ["sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist"];

var folder = args.Length > 0 ? args[0] : SourceFolder();
var random = new Random(7);
using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
using var truth = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
using var canvas = new SKCanvas(bitmap);
using var classes = new SKCanvas(truth);

DrawSky();
DrawGround();
DrawStreetEnd();
DrawHouses(from: 13, to: 2);
DrawTrees();
DrawHouses(from: 1, to: 0);
DrawPost(FarKerb + .6f, 15, 6.2f, .09f);
DrawPost(FarKerb + .6f, 34, 6.2f, .09f);
DrawCar(3.9f, 22, new SKColor(150, 154, 158), front: true);
DrawCar(.15f, 15.5f, new SKColor(46, 56, 84), front: false);
DrawCar(4.4f, 12f, new SKColor(104, 30, 32), front: true);
DrawPerson(-2.45f, 11.5f);
DrawPost(Kerb - .45f, 9.2f, 3.1f, .07f);
DrawSign(Kerb - .45f, 9.1f, 2.75f, .33f);

var mask = new SegmentationMask(Width, Height, [.. truth.Pixels.Select(p => p.Red)], labels);
using var soft = Blur(bitmap, 1.1f);
AddGrain(soft, mask);
using (var png = soft.Encode(SKEncodedImageFormat.Png, 100))
    File.WriteAllBytes(Path.Combine(folder, "street.png"), png.ToArray());
MaskPng.Save(mask, Path.Combine(folder, "street.mask.png"), ColorPalette.CamVid);
foreach (var share in mask.Shares()) Console.WriteLine(FormattableString.Invariant($"{share.Label,-12} {share.Fraction:P1}"));

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

float Vary(float spread) => (float)((2 * random.NextDouble() - 1) * spread);

static SKPoint At(float x, float y, float z) => new(HorizonX + Focal * x / z, HorizonY - Focal * (y - Eye) / z);

static SKColor Shade(SKColor c, float by) =>
    new((byte)Math.Clamp(c.Red * by, 0, 255), (byte)Math.Clamp(c.Green * by, 0, 255), (byte)Math.Clamp(c.Blue * by, 0, 255), c.Alpha);

static SKPath Poly(params SKPoint[] points)
{
    var path = new SKPath();
    path.AddPoly(points);
    return path;
}

// Paints an area and, where it has a class of its own, notes it; details keep the class of what they lie on.
void Fill(SKPath path, SKColor colour, byte? label = null)
{
    using (path)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawPath(path, paint);
        if (label is not { } index) return;
        using var flat = new SKPaint { Color = new SKColor(index, index, index) };
        classes.DrawPath(path, flat);
    }
}

void FillOval(float x, float y, float across, float down, SKColor colour, byte? label = null)
{
    var path = new SKPath();
    path.AddOval(new SKRect(x - across, y - down, x + across, y + down));
    Fill(path, colour, label);
}

// Pieces of surface that run ahead: on the ground between two X, on a wall between two Y.
SKPath Ground(float left, float right, float near, float far) =>
    Poly(At(left, 0, near), At(right, 0, near), At(right, 0, far), At(left, 0, far));

SKPath Facade(float x, float bottom, float top, float near, float far) =>
    Poly(At(x, bottom, near), At(x, top, near), At(x, top, far), At(x, bottom, far));

SKPath Board(float x, float y, float z, float across, float up) =>
    Poly(At(x - across, y - up, z), At(x + across, y - up, z), At(x + across, y + up, z), At(x - across, y + up, z));

void DrawSky()
{
    using var shader = SKShader.CreateLinearGradient(
        new SKPoint(0, 0), new SKPoint(0, HorizonY), [new SKColor(248, 250, 253), new SKColor(255, 255, 255)], SKShaderTileMode.Clamp);
    using var paint = new SKPaint { Shader = shader };
    canvas.DrawRect(0, 0, Width, Height, paint);
    classes.Clear(new SKColor(Sky, Sky, Sky));
}

void DrawGround()
{
    Fill(Ground(-30, 30, 2.5f, 400), new SKColor(128, 124, 120), Pavement);
    Fill(Ground(Kerb, FarKerb, 2.5f, 400), new SKColor(98, 99, 104), Road);
    for (var z = 3f; z < 60; z += .9f)
    {
        Fill(Ground(Wall, Kerb - .16f, z, z + .035f), new SKColor(96, 93, 91));
        Fill(Ground(FarKerb + .16f, FarWall, z, z + .035f), new SKColor(96, 93, 91));
    }
    for (var x = Kerb - .8f; x > Wall; x -= .62f) Fill(Ground(x, x + .025f, 3, 60), new SKColor(100, 97, 95));
    Fill(Ground(Kerb - .16f, Kerb, 2.5f, 90), new SKColor(150, 146, 140));
    Fill(Ground(FarKerb, FarKerb + .16f, 2.5f, 90), new SKColor(150, 146, 140));
    Fill(Ground(Kerb, Kerb + .12f, 2.5f, 90), new SKColor(74, 74, 76));
    foreach (var x in (float[])[Kerb + .2f, Kerb + .38f]) Fill(Ground(x, x + .07f, 2.5f, 60), new SKColor(168, 148, 92));
    for (var z = 4.5f; z < 90; z += 5.5f) Fill(Ground(2.15f, 2.26f, z, z + 2.4f), new SKColor(206, 206, 206));
    for (var i = 0; i < 30; i++)
    {
        float x = Kerb + .4f + (float)random.NextDouble() * 6, z = 4 + (float)random.NextDouble() * 20;
        Fill(Ground(x, x + .3f + Vary(.2f), z, z + 1 + Vary(.6f)), new SKColor(80, 81, 86, 40));
    }
}

void DrawStreetEnd()
{
    Fill(Poly(At(-9, 0, 110), At(-9, 8, 110), At(-3, 8, 110), At(-1, 10.5f, 110), At(1, 8, 110), At(12, 8, 110), At(12, 0, 110)), new SKColor(112, 104, 96), Building);
    for (var x = -7f; x < 10; x += 2.5f) Fill(Board(x, 5, 110, .5f, .9f), new SKColor(66, 66, 68));
}

// Houses on both sides, farther ones first.
void DrawHouses(int from, int to)
{
    SKColor[] bricks = [new(150, 132, 104), new(132, 112, 92), new(168, 156, 132), new(138, 112, 92), new(186, 180, 166), new(140, 122, 98)];
    for (var i = from; i >= to; i--)
    {
        var near = 16 + i * 6.5f;
        DrawHouse(FarWall, near, near + 6.5f, 6.4f + (i % 3) * .5f, bricks[i % bricks.Length], outward: 1, shop: i % 2 == 0);
        // Gardens with trees lie where the third to the ninth house on the left would stand.
        near = 5 + i * 5.5f;
        if (i is not (>= 2 and <= 8)) DrawHouse(Wall, near, near + 5.5f, 6.2f + (i % 2) * .6f, Shade(bricks[(i + 2) % bricks.Length], .8f), outward: -1, shop: false);
    }
}

void DrawHouse(float x, float near, float far, float height, SKColor brick, int outward, bool shop)
{
    var back = x + outward * 5;
    var (ridge, ridgeHeight) = (x + outward * 2.5f, height + 2.4f);
    Fill(Poly(At(x, 0, near), At(x, height, near), At(ridge, ridgeHeight, near), At(back, height, near), At(back, 0, near)), Shade(brick, .75f), Building);
    Fill(Facade(x, 0, height, near, far), brick, Building);
    Fill(Poly(At(x, height, near), At(x, height, far), At(ridge, ridgeHeight, far), At(ridge, ridgeHeight, near)), new SKColor(92, 86, 86), Building);
    var chimney = x + outward * 2.3f;
    Fill(Board(chimney, height + 2.6f, near, .5f, 1.1f), Shade(brick, .6f), Building);
    for (var y = .1f; y < height && near < 40; y += .3f) Fill(Facade(x, y, y + .03f, near, far), Shade(brick, .88f));
    for (var storey = 0; storey < 2; storey++)
        for (var n = 0; n < 2; n++)
        {
            var z = near + (far - near) * (n == 0 ? .14f : .58f);
            var bottom = storey == 0 ? .9f : 3.7f;
            Fill(Facade(x, bottom - .1f, bottom + 1.7f, z - .08f, z + 1.38f), new SKColor(176, 172, 164));
            Fill(Facade(x, bottom, bottom + 1.6f, z, z + 1.3f), new SKColor(50, 50, 52));
            Fill(Facade(x, bottom + .76f, bottom + .82f, z, z + 1.3f), new SKColor(150, 148, 142));
            Fill(Facade(x, bottom, bottom + 1.6f, z + .62f, z + .67f), new SKColor(150, 148, 142));
        }
    Fill(Facade(x, 0, 2.2f, far - .95f, far - .1f), new SKColor(62, 48, 46));
    if (shop)
    {
        Fill(Facade(x, .5f, 2.5f, near + .4f, far - 1.1f), new SKColor(84, 74, 62));
        Fill(Facade(x, 2.6f, 3.2f, near + .2f, far - .2f), ShopSign(near));
    }
    Fill(Facade(x, height - .2f, height, near, far), Shade(brick, .55f));
    Fill(Facade(x, 0, height, far - .08f, far), Shade(brick, .5f));

    static SKColor ShopSign(float near) => (int)(near / 6.5f) % 4 < 2 ? new SKColor(52, 70, 122) : new SKColor(122, 44, 40);
}

void DrawTrees()
{
    DrawTree(-4.5f, 85, 12);
    DrawTree(Wall - 2.2f, 50, 11);
    DrawTree(Wall - 2.4f, 36, 9);
    DrawTree(Wall - 2.6f, 27, 8f);
    DrawHedge(Wall - .1f, 16f, 54.5f, 2.1f);
}

// A trunk that forks and forks again, bare as in early spring. The sky between its twigs counts as tree, as in CamVid's truth.
void DrawTree(float x, float z, float height)
{
    var foot = At(x, 0, z);
    var size = Focal / z * height;
    FillOval(foot.X, foot.Y - size * .1f, size * .22f, size * .12f, new SKColor(46, 50, 34), Tree);
    DrawBranch(foot, -MathF.PI / 2, size * .27f, size * .04f, 7);
}

void DrawBranch(SKPoint from, float angle, float length, float thick, int forks)
{
    var to = new SKPoint(from.X + length * MathF.Cos(angle), from.Y + length * MathF.Sin(angle));
    float dx = -MathF.Sin(angle) * thick / 2, dy = MathF.Cos(angle) * thick / 2;
    Fill(Poly(new(from.X - dx, from.Y - dy), new(from.X + dx, from.Y + dy), new(to.X + dx * .7f, to.Y + dy * .7f), new(to.X - dx * .7f, to.Y - dy * .7f)),
        new SKColor(54, 49, 44), Tree);
    if (forks <= 3) FillOval(to.X, to.Y, length * .55f, length * .55f, SKColors.Transparent, Tree);
    if (forks == 0) return;
    for (var i = -1; i <= 1; i++)
        if (i != 0 || forks % 2 == 0) DrawBranch(to, angle + i * .45f + Vary(.22f), length * (.76f + Vary(.1f)), Math.Max(thick * .64f, 1.1f), forks - 1);
}

void DrawHedge(float x, float near, float far, float height)
{
    Fill(Facade(x, 0, height, near, far), new SKColor(44, 48, 32), Tree);
    for (var i = 0; i < 1600; i++)
    {
        float z = near + (far - near) * (float)random.NextDouble(), y = (float)random.NextDouble() * height, size = Focal / z * .1f;
        var p = At(x, y, z);
        FillOval(p.X, p.Y, size, size * .8f, Shade(new SKColor(58, 64, 40), .6f + .5f * y / height + Vary(.3f)), y > .25f ? Tree : null);
    }
}

void DrawCar(float x, float z, SKColor paint, bool front)
{
    FillOval(At(x, 0, z).X, At(x, .05f, z).Y, Focal / z * 1f, Focal / z * .12f, new SKColor(30, 30, 33));
    foreach (var side in (float[])[-.68f, .68f]) Fill(Board(x + side, .3f, z, .13f, .3f), new SKColor(24, 24, 26), Car);
    // The sides that run ahead, seen from within the street's middle.
    var edge = x + (x > 0 ? -.84f : .84f);
    var roof = x + (x > 0 ? -.58f : .58f);
    Fill(Poly(At(edge, .25f, z), At(edge, .95f, z), At(edge, .95f, z + 3.9f), At(edge, .25f, z + 3.9f)), Shade(paint, .7f), Car);
    Fill(Poly(At(edge, .95f, z + .9f), At(roof, 1.48f, z + 1.6f), At(roof, 1.48f, z + 3.2f), At(edge, .95f, z + 3.7f)), Shade(paint, .8f), Car);
    Fill(Poly(At(edge, 1, z + 1.1f), At(roof, 1.42f, z + 1.7f), At(roof, 1.42f, z + 3.1f), At(edge, 1, z + 3.4f)), new SKColor(44, 48, 54));
    foreach (var wheel in (float[])[.35f, 2.7f])
    {
        float low = z + wheel + .1f, high = z + wheel + .5f;
        Fill(Poly(At(edge, 0, low), At(edge, .3f, low - .2f), At(edge, .58f, low), At(edge, .58f, high), At(edge, .3f, high + .2f), At(edge, 0, high)),
            new SKColor(26, 26, 28), Car);
    }
    Fill(Poly(At(x - .84f, .22f, z), At(x + .84f, .22f, z), At(x + .84f, .85f, z), At(x + .76f, .98f, z), At(x - .76f, .98f, z), At(x - .84f, .85f, z)), paint, Car);
    var glass = z + (front ? .9f : .25f);
    var top = z + (front ? 1.6f : .7f);
    Fill(Poly(At(x - .76f, .96f, z), At(x + .76f, .96f, z), At(x + .76f, .96f, glass), At(x - .76f, .96f, glass)), Shade(paint, 1.15f), Car);
    SKPoint[] cabin = [At(x - .76f, .95f, glass), At(x + .76f, .95f, glass), At(x + .58f, 1.47f, top), At(x + .45f, 1.51f, top), At(x - .45f, 1.51f, top), At(x - .58f, 1.47f, top)];
    Fill(Poly(cabin), Shade(paint, .9f), Car);
    Fill(Poly(At(x - .67f, 1f, glass), At(x + .67f, 1f, glass), At(x + .52f, 1.43f, top), At(x - .52f, 1.43f, top)), new SKColor(52, 58, 64));
    Fill(Poly(At(x - .3f, 1.05f, glass), At(x + .1f, 1.05f, glass), At(x + .2f, 1.4f, top), At(x - .15f, 1.4f, top)), new SKColor(96, 102, 108));
    Fill(Board(x, .34f, z, .8f, .1f), Shade(paint, .55f));
    foreach (var side in (float[])[-.66f, .66f]) Fill(Board(x + side, .72f, z, .13f, .09f), front ? new SKColor(226, 226, 220) : new SKColor(150, 30, 28));
    Fill(Board(x, front ? .42f : .62f, z, .27f, .06f), front ? new SKColor(216, 216, 212) : new SKColor(200, 168, 50));
}

void DrawPerson(float x, float z)
{
    var coat = new SKColor(38, 38, 44);
    FillOval(At(x, 0, z).X, At(x, 0, z).Y, Focal / z * .3f, Focal / z * .04f, new SKColor(76, 74, 72));
    Fill(Poly(At(x - .17f, .85f, z), At(x - .02f, .85f, z), At(x - .1f, .05f, z), At(x - .24f, .05f, z)), new SKColor(44, 50, 66), Pedestrian);
    Fill(Poly(At(x, .85f, z), At(x + .17f, .85f, z), At(x + .26f, .05f, z), At(x + .12f, .05f, z)), new SKColor(40, 46, 60), Pedestrian);
    Fill(Poly(At(x - .2f, .75f, z), At(x + .2f, .75f, z), At(x + .24f, 1.4f, z), At(x + .1f, 1.5f, z), At(x - .1f, 1.5f, z), At(x - .24f, 1.4f, z)), coat, Pedestrian);
    Fill(Poly(At(x - .24f, 1.4f, z), At(x - .16f, 1.4f, z), At(x - .24f, .8f, z), At(x - .32f, .8f, z)), Shade(coat, 1.2f), Pedestrian);
    Fill(Poly(At(x + .16f, 1.4f, z), At(x + .24f, 1.4f, z), At(x + .32f, .8f, z), At(x + .24f, .8f, z)), Shade(coat, 1.2f), Pedestrian);
    var head = At(x, 1.62f, z);
    FillOval(head.X, head.Y, Focal / z * .1f, Focal / z * .13f, new SKColor(150, 118, 100), Pedestrian);
    FillOval(head.X, head.Y - Focal / z * .05f, Focal / z * .105f, Focal / z * .09f, new SKColor(44, 34, 30), Pedestrian);
}

// A post; a tall one bears a lamp over the road.
void DrawPost(float x, float z, float height, float radius)
{
    Fill(Poly(At(x - radius, 0, z), At(x + radius, 0, z), At(x + radius * .7f, height, z), At(x - radius * .7f, height, z)), new SKColor(58, 60, 62), Pole);
    if (height > 5) Fill(Poly(At(x, height, z), At(x - 1.5f, height + .25f, z), At(x - 1.5f, height + .12f, z), At(x, height - .12f, z)), new SKColor(70, 72, 74), Pole);
}

void DrawSign(float x, float z, float y, float radius)
{
    var centre = At(x, y, z);
    FillOval(centre.X, centre.Y, Focal / z * radius, Focal / z * radius, new SKColor(168, 34, 36), Sign);
    FillOval(centre.X, centre.Y, Focal / z * radius * .72f, Focal / z * radius * .72f, new SKColor(226, 226, 222));
    Fill(Board(x, y, z, .16f, .045f), new SKColor(40, 40, 40));
}

// The lens: no edge is sharper than a pixel or two.
static SKBitmap Blur(SKBitmap source, float sigma)
{
    var blurred = new SKBitmap(source.Info);
    using var canvas = new SKCanvas(blurred);
    using var filter = SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp, null, new SKImageFilter.CropRect(SKRect.Create(Width, Height)));
    using var paint = new SKPaint { ImageFilter = filter };
    canvas.DrawBitmap(source, 0, 0);
    canvas.DrawBitmap(source, 0, 0, paint);
    return blurred;
}

// What a surface is made of shows as unevenness, and the sensor adds its noise; the white sky is overexposed and has neither.
void AddGrain(SKBitmap image, SegmentationMask mask)
{
    var pixels = image.GetPixelSpan().ToArray();
    float[] coarse = Smooth(6), middle = Smooth(2);
    for (var i = 0; i < Width * Height; i++)
    {
        var amount = mask.Classes[i] switch { Sky => 0f, Tree => 9, Building => 7, Pavement => 5, Road => 4, _ => 3 };
        var change = amount * (coarse[i] + middle[i]) + (amount > 0 ? 2 * Vary(1) : 0);
        for (var c = 0; c < 3; c++) pixels[4 * i + c] = (byte)Math.Clamp(pixels[4 * i + c] + change + .5f, 0, 255);
    }
    System.Runtime.InteropServices.Marshal.Copy(pixels, 0, image.GetPixels(), pixels.Length);
}

// Noise from −1 to 1 on a lattice of that many pixels, linear between.
float[] Smooth(int step)
{
    int across = Width / step + 2, down = Height / step + 2;
    var lattice = new float[across * down];
    for (var i = 0; i < lattice.Length; i++) lattice[i] = Vary(1);
    var values = new float[Width * Height];
    for (var y = 0; y < Height; y++)
        for (var x = 0; x < Width; x++)
        {
            float u = (float)x / step, v = (float)y / step, fu = u - (int)u, fv = v - (int)v;
            var i = (int)v * across + (int)u;
            values[y * Width + x] = (1 - fv) * ((1 - fu) * lattice[i] + fu * lattice[i + 1]) + fv * ((1 - fu) * lattice[i + across] + fu * lattice[i + across + 1]);
        }
    return values;
}
