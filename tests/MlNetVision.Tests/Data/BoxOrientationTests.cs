using System.Globalization;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Data;

/// <summary>
/// A red field in images of every orientation and format, labelled by programs that turn the image and by ones that do not. Where the field is in
/// the upright image is looked up in the decoded pixels.
/// </summary>
[TestClass]
public sealed class BoxOrientationTests
{
    private const int Width = 60, Height = 40;

    // Left, top, right, bottom in the stored image.
    private static readonly (int Left, int Top, int Right, int Bottom) Field = (8, 4, 40, 12);

    [TestMethod]
    [DataRow(".jpg")]
    [DataRow(".png")]
    [DataRow(".webp")]
    public void Open_BoxesOfStoredOrUprightImage_AreThoseOfTheUpright(string extension)
    {
        foreach (var format in new[] { "voc", "coco", "labelme" })
        {
            for (var orientation = 1; orientation <= 8; orientation++)
            {
                foreach (var isStored in new[] { false, true })
                {
                    // A half turn and a mirrored image have the same size as stored: nothing tells, and the upright one is meant.
                    if (isStored && orientation is > 1 and < 5) continue;
                    using var folder = new DataSetFolder();
                    var upright = Write(folder.PathOf("a" + extension), orientation);
                    Label(folder, format, "a", extension, isStored ? Field : upright, isStored || orientation < 5 ? (Width, Height) : (Height, Width));

                    var data = folder.Open();

                    var what = $"{format}, orientation {orientation}, {(isStored ? "stored" : "upright")}";
                    AssertNear(upright, data.Images.Single().Boxes.Single().Box, what);
                    Assert.HasCount(isStored && orientation > 1 || orientation is 2 or 3 or 4 ? 1 : 0, data.Warnings, what);
                }
            }
        }
    }

    [TestMethod]
    public void Open_SomeImagesTell_TheOthersFollow()
    {
        using var folder = new DataSetFolder();
        var first = Write(folder.PathOf("a.jpg"), 6);
        var second = Write(folder.PathOf("b.jpg"), 3);
        Label(folder, "voc", "a", ".jpg", Field, (Width, Height));
        Label(folder, "voc", "b", ".jpg", Field, (Width, Height));

        var data = folder.Open();

        AssertNear(first, data.Images[0].Boxes.Single().Box, "its size tells");
        AssertNear(second, data.Images[1].Boxes.Single().Box, "labelled by the same program");
        Assert.Contains("a.xml: its boxes count in the image as stored, before EXIF turns it; they are turned with it (1 more)", data.Warnings.Single());
    }

    [TestMethod]
    public void Open_YoloOfTurnedImage_IsOfTheUpright()
    {
        using var folder = new DataSetFolder().Text("classes.txt", "field");
        var (l, t, r, b) = Write(folder.PathOf("a.jpg"), 6);
        folder.Text("a.txt", string.Create(CultureInfo.InvariantCulture,
            $"0 {(l + r) / 2.0 / Height} {(t + b) / 2.0 / Width} {(r - l) / (double)Height} {(b - t) / (double)Width}"));
        AssertNear((l, t, r, b), folder.Open().Images.Single().Boxes.Single().Box, "fractions");
    }

    /// <summary>Writes an image; gives the field in the decoded one.</summary>
    private static (int Left, int Top, int Right, int Bottom) Write(string path, int orientation)
    {
        using var image = new RgbImage(Width, Height);
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            var isField = x >= Field.Left && x < Field.Right && y >= Field.Top && y < Field.Bottom;
            (isField ? [255, 0, 0, 255] : new byte[] { 0, 0, 255, 255 }).CopyTo(image.Pixels[(4 * i)..]);
        }
        var tiff = ImageOrientationTests.Tiff(orientation, littleEndian: true);
        File.WriteAllBytes(path, Path.GetExtension(path) switch
        {
            ".jpg" => ImageOrientationTests.WithExif(image.Encode(ImageFormat.Jpeg, 100), orientation, littleEndian: true),
            ".png" => PngWithExif(image.Encode(ImageFormat.Png), tiff),
            _ => ImageOrientationTests.WebpWithExif(image.Encode(ImageFormat.Webp, 100), Width, Height, tiff),
        });
        using var decoded = RgbImage.Load(path);
        var reds = Enumerable.Range(0, decoded.Width * decoded.Height).Where(i => decoded.Pixels[4 * i] > 128)
            .Select(i => (X: i % decoded.Width, Y: i / decoded.Width)).ToList();
        return (reds.Min(p => p.X), reds.Min(p => p.Y), reds.Max(p => p.X) + 1, reds.Max(p => p.Y) + 1);
    }

    private static byte[] PngWithExif(byte[] png, byte[] tiff)
    {
        // After the signature and IHDR.
        var chunk = PngBytes.Make(1, 1, 1, tiff);
        var at = chunk.AsSpan().IndexOf("eXIf"u8) - 4;
        return [.. png[..33], .. chunk[at..(at + 12 + tiff.Length)], .. png[33..]];
    }

    private static void Label(DataSetFolder folder, string format, string name, string extension, (int Left, int Top, int Right, int Bottom) box, (int Width, int Height) size)
    {
        var (l, t, r, b) = box;
        switch (format)
        {
            case "voc":
                folder.Text($"{name}.xml", $"<annotation><filename>{name}{extension}</filename><size><width>{size.Width}</width><height>{size.Height}</height></size>{DataSetFolder.VocObject("field", l + 1, t + 1, r, b)}</annotation>");
                break;
            case "coco":
                folder.Text("instances.json", $$"""
                    {"images":[{"id":1,"file_name":"{{name}}{{extension}}","width":{{size.Width}},"height":{{size.Height}}}],"categories":[{"id":1,"name":"field"}],
                    "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[{{l}},{{t}},{{r - l}},{{b - t}}]}]}
                    """);
                break;
            default:
                folder.Text($"{name}.json", $$"""
                    {"version":"5","shapes":[{"label":"field","points":[[{{r}},{{t}}],[{{l}},{{b}}]],"shape_type":"rectangle"}],"imagePath":"{{name}}{{extension}}","imageData":null,
                    "imageHeight":{{size.Height}},"imageWidth":{{size.Width}}}
                    """);
                break;
        }
    }

    private static void AssertNear((int Left, int Top, int Right, int Bottom) expected, BoundingBox box, string what)
    {
        // Lossy formats blur the field's edge.
        foreach (var (e, a) in new[] { (expected.Left, box.Left), (expected.Top, box.Top), (expected.Right, box.Right), (expected.Bottom, box.Bottom) })
            Assert.AreEqual(e, a, 1.01, what);
    }
}
