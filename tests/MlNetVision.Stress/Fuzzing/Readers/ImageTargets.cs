using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Stress.Drawn;
using SkiaSharp;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>The readers of images: five formats, masks, and headers with EXIF.</summary>
internal static class ImageTargets
{
    private static readonly Type[] Refusals = [typeof(BadImageException)];

    public static IEnumerable<FuzzTarget> All =>
    [
        Decoder("jpeg", "jpg", Jpegs, ByteDamage.Apply),
        Decoder("png", "png", Pngs, PngDamage.Apply),
        Decoder("webp", "webp", Webps, ByteDamage.Apply),
        Decoder("bmp", "bmp", () => [DrawnImages.Bmp(13, 9), DrawnImages.Bmp(1, 1), .. Corpus.Of("bmp")], ByteDamage.Apply),
        Decoder("gif", "gif", () => [DrawnImages.Gif(20, 15), DrawnImages.Gif(7, 3, frames: 3), .. Corpus.Of("gif")], ByteDamage.Apply),
        new("mask", "class masks as PNG", "png", Masks, _ => bytes => Check(MaskPng.Decode(bytes, "mask.png"))) { Refusals = Refusals, Damage = PngDamage.Apply },
        new("header", "sizes and EXIF of images, without decoding", "bin", Turned, Header),
    ];

    private static FuzzTarget Decoder(string name, string extension, Func<IReadOnlyList<byte[]>> seeds, Func<IReadOnlyList<byte[]>, Random, byte[]> damage) =>
        new(name, $"images: {name.ToUpperInvariant()}", extension, seeds, _ => bytes => Decode(bytes)) { Refusals = Refusals, Damage = damage };

    private static void Decode(byte[] bytes)
    {
        using var image = RgbImage.Load(bytes, "image");
        if (image.Width < 1 || image.Height < 1) throw new WrongResultException($"an image of {image.Width}×{image.Height}");
        if (image.Pixels[3] != 255 || image.Pixels[^1] != 255) throw new WrongResultException("an image that is not opaque");
    }

    private static void Check(SegmentationMask mask)
    {
        if (mask.Classes.Length != mask.Width * mask.Height) throw new WrongResultException("a mask of another size than it says");
    }

    private static Action<byte[]> Header(Sandbox sandbox) => bytes =>
    {
        if (ImageHeader.TryRead(sandbox.Write("image", bytes)) is not { } header) return;
        if (header.StoredWidth < 1 || header.StoredHeight < 1 || (int)header.Origin is < 1 or > 8) throw new WrongResultException($"a header of {header}");
    };

    private static IReadOnlyList<byte[]> Jpegs() =>
    [
        DrawnImages.Encode(24, 17, SKEncodedImageFormat.Jpeg), DrawnImages.Encode(40, 40, SKEncodedImageFormat.Jpeg, quality: 10),
        ExifWriter.Add(DrawnImages.Encode(19, 33, SKEncodedImageFormat.Jpeg), 6, isLittle: true, 19, 33), .. Corpus.Of("jpeg"),
    ];

    private static IReadOnlyList<byte[]> Pngs() =>
    [
        DrawnImages.Encode(24, 17, SKEncodedImageFormat.Png), DrawnImages.Encode(9, 9, SKEncodedImageFormat.Png, transparent: true), .. Corpus.Of("png"), .. Masks(),
    ];

    private static IReadOnlyList<byte[]> Webps() =>
    [
        DrawnImages.Encode(24, 17, SKEncodedImageFormat.Webp), DrawnImages.Encode(24, 17, SKEncodedImageFormat.Webp, quality: 100, transparent: true),
        ExifWriter.Add(DrawnImages.Encode(30, 20, SKEncodedImageFormat.Webp), 3, isLittle: false, 30, 20),
    ];

    private static IReadOnlyList<byte[]> Masks()
    {
        byte[] values = [0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 2, 2];
        byte[] palette = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))];
        return
        [
            PngChunks.Write(4, 3, 8, 3, values, palette), PngChunks.Write(4, 3, 8, 0, values), PngChunks.Write(8, 3, 4, 3, values, palette), PngChunks.Write(32, 3, 1, 0, values),
            PngChunks.Write(2, 3, 8, 4, [1, 255, 2, 255, 3, 255, 0, 255, 0, 255, 9, 255]), PngChunks.Write(2, 2, 8, 2, [1, 1, 1, 0, 0, 0, 5, 5, 5, 2, 2, 2]),
            PngChunks.Write(2, 2, 8, 6, [1, 1, 1, 255, 0, 0, 0, 255, 5, 5, 5, 255, 2, 2, 2, 255]), PngChunks.Write(3, 2, 16, 0, [0, 1, 0, 2, 0, 3, 0, 0, 0, 255, 0, 7]),
        ];
    }

    private static IReadOnlyList<byte[]> Turned()
    {
        SKEncodedImageFormat[] formats = [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp];
        return [.. formats.SelectMany(f => new[] { 6, 8 }.Select(o => ExifWriter.Add(DrawnImages.Encode(12, 8, f), o, isLittle: o == 6, 12, 8)))];
    }
}
