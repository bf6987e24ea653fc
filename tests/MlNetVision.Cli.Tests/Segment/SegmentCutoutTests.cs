using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Cli.Tests.Segment;

/// <summary>Cut-outs and contact sheets of images with a red quarter at the top left and a purple one at the bottom right.</summary>
[TestClass]
public sealed class SegmentCutoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _image;

    public SegmentCutoutTests()
    {
        _model = TinySegmenter.Write(_folder);
        _image = Save("a.png");
        _folder.Write("colours.txt", "#000000\n#ffffff\n"u8);
        using var green = new RgbImage(40, 20);
        for (var i = 0; i < green.Pixels.Length; i++) green.Pixels[i] = (byte)(i % 4 is 1 or 3 ? 255 : 0);
        green.Save(_folder["green.png"]);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("--cutout", "#ffff0000", "#00000000", "#ffff00ff")]
    [DataRow("--cutout --keep Red", "#ffff0000", "#00000000", "#00000000")]
    [DataRow("--background 102030", "#ffff0000", "#ff102030", "#ffff00ff")]
    [DataRow("--background #102030 --keep red,blue", "#ffff0000", "#ff102030", "#ffff00ff")]
    [DataRow("--background white --keep blue", "#ffffffff", "#ffffffff", "#ffff00ff")]
    [DataRow("--background {f}/green.png", "#ffff0000", "#ff00ff00", "#ffff00ff")]
    [DataRow("--background blur", "#ffff0000", "#ff000000", "#ffff00ff")]
    public async Task Segment_Cutout_KeepsWhatIsAskedFor(string options, string red, string black, string purple)
    {
        var result = await Cli.RunAsync(["segment", _image, "-m", _model, "-o", _folder["out"], .. Words(options)]);
        result.AssertCode(ExitCode.Done);
        StringAssert.EndsWith(result.Lines.Single(), "a.cutout.png");
        using var cut = SKBitmap.Decode(_folder["out/a.cutout.png"], new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        CollectionAssert.AreEqual(new[] { red, black, purple }, new[] { cut.GetPixel(4, 4), cut.GetPixel(60, 4), cut.GetPixel(60, 60) }.Select(c => c.ToString()).ToArray());
    }

    [TestMethod]
    [DataRow("--cutout", "-o")]
    [DataRow("--background blur", "-o")]
    [DataRow("--keep red -o {f}/out", "--cutout")]
    [DataRow("--cutout --keep zebra -o {f}/out", "zebra")]
    [DataRow("--cutout --keep , -o {f}/out", "--keep")]
    [DataRow("--background beach.jpg -o {f}/out", "beach.jpg")]
    [DataRow("--palette {f}/colours.txt -o {f}/out", "2 colours")]
    [DataRow("--palette rainbow", "rainbow")]
    [DataRow("--sheet {f}/sheet.txt", ".png")]
    [DataRow("--sheet {f}/a.png", "an input")]
    [DataRow("--background {f}/green.png --sheet {f}/green.png -o {f}/out", "the background")]
    [DataRow("--palette {f}/colours.txt --json {f}/colours.txt", "the file of colours")]
    [DataRow("--save {f}/tiny.onnx", ".zip")]
    [DataRow("--save {f}/tiny.zip --windows", "--windows")]
    public async Task Segment_BadDrawingOption_FailsWithCodeTwoAndWritesNothing(string options, string reason)
    {
        var before = Directory.GetFileSystemEntries(_folder.Path).Length;
        var result = await Cli.RunAsync(["segment", _image, "-m", _model, .. Words(options)]);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
        Assert.HasCount(before, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public async Task Segment_CutoutWithoutBackgroundClass_AsksWhatToKeep()
    {
        var labels = _folder.Write("labels.txt", "sky\nred\nblue\n"u8);
        var result = await Cli.RunAsync("segment", _image, "-m", _model, "--labels", labels, "--cutout", "-o", _folder["out"]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "--keep");
        StringAssert.Contains(result.Error, "sky, red, blue");
    }

    [TestMethod]
    [DataRow("broken.txt", ExitCode.BadModelOrData)]
    [DataRow("broken.png", ExitCode.Usage)]
    public async Task Segment_FileThatIsNoPaletteOrBackground_FailsAndNamesIt(string name, int code)
    {
        _folder.Write(name, "nonsense"u8);
        var option = name == "broken.txt" ? "--palette" : "--background";
        var result = await Cli.RunAsync("segment", _image, "-m", _model, "-o", _folder["out"], option, _folder[name]);
        result.AssertCode(code);
        StringAssert.Contains(result.Error, name);
        Assert.IsFalse(Directory.Exists(_folder["out"]));
    }

    [TestMethod]
    public async Task Segment_Sheet_HasTheOverlaysInTheOrderOfTheInputs()
    {
        string[] inputs = [.. Enumerable.Range(0, 6).Select(i => Save($"in/{i}.png", isPurple: i % 2 == 1))];
        using var input = new MemoryStream(Images.RedPng());
        var result = await Cli.RunAsync(input, CancellationToken.None, ["segment", .. inputs, _folder["none.png"], "-", "-m", _model, "--sheet", _folder["sheet.png"]]);
        result.AssertCode(ExitCode.Failed); // none.png has a crossed-out cell
        using var sheet = RgbImage.Load(_folder["sheet.png"]);
        var (columns, rows) = sheet.Width * 3 > sheet.Height * 4 ? (4, 2) : (3, 3);
        for (var i = 0; i < inputs.Length; i++)
            Assert.AreEqual(i % 2 == 1, HasBlue(sheet, i % columns * sheet.Width / columns, i / columns * sheet.Height / rows, sheet.Width / columns, sheet.Height / rows), $"cell {i}");
    }

    [TestMethod]
    public async Task Segment_SheetOfHundreds_SmallerThumbnailsWithinTheSheetsPixels()
    {
        const int Count = 700;
        var bytes = await File.ReadAllBytesAsync(_image);
        for (var i = 0; i < Count; i++) _folder.Write($"in/{i:000}.png", i == 600 ? "gone"u8 : bytes);
        var result = await Cli.RunAsync("segment", _folder["in"], "-m", _model, "--sheet", _folder["sheet.jpg"], "--opacity", "0", "--json", _folder["all.jsonl"], "--quiet");
        result.AssertCode(ExitCode.Failed); // one is no image
        using var sheet = RgbImage.Load(_folder["sheet.jpg"]);
        Assert.IsLessThanOrEqualTo(32_000_000, sheet.Width * sheet.Height);
        Assert.AreEqual(4d / 3, (double)sheet.Width / sheet.Height, 0.1);
        // Each thumbnail shows its quarter of 32×32 purple pixels.
        var purple = 0;
        var pixels = sheet.Pixels;
        for (var i = 0; i < pixels.Length; i += 4) purple += pixels[i] > 150 && pixels[i + 1] < 100 && pixels[i + 2] > 150 ? 1 : 0;
        Assert.AreEqual(Count - 1, purple / (32.0 * 32), 0.03 * Count);
    }

    private static bool HasBlue(RgbImage sheet, int left, int top, int width, int height)
    {
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var pixel = sheet.Pixels.Slice(4 * ((y * sheet.Width) + x), 3);
                if (pixel[0] > 100 && pixel[1] < 100 && pixel[2] > 100) return true;
            }
        }
        return false;
    }

    private string[] Words(string options) => options.Replace("{f}", _folder.Path, StringComparison.Ordinal).Split(' ');

    private string Save(string name, bool isPurple = true)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var image = Images.Quarters(64, 64, (0, 0, false), (1, 1, isPurple));
        image.Save(_folder[name]);
        return _folder[name];
    }
}
