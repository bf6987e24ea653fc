using System.Text.Json;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Tests.Stylize;

/// <summary>A black image with a red quarter at the top left, and networks that turn colours into their negatives.</summary>
[TestClass]
public sealed class StylizeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _image;

    public StylizeCommandTests()
    {
        _model = TinyStyle.Write(_folder);
        _image = _folder.Write("in/a.png", Images.RedPng(70, 50));
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Stylize_Json_NamesSizeAndOutput()
    {
        var result = await Cli.RunAsync("stylize", _image, "-m", _model, "-o", _folder["out"], "--json");

        result.AssertCode(ExitCode.Done);
        var line = JsonDocument.Parse(result.Lines.Single()).RootElement;
        CollectionAssert.AreEqual(new[] { "image", "width", "height", "output" }, line.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual((_image, 70, 50), (line.GetProperty("image").GetString(), line.GetProperty("width").GetInt32(), line.GetProperty("height").GetInt32()));
        Assert.AreEqual(_folder["out/a.png"], line.GetProperty("output").GetString());
        Assert.AreEqual(result.Out, (await Cli.RunAsync("stylize", _image, "-m", _model, "-o", _folder["out"], "--json")).Out, "the same run gives the same bytes");
    }

    [TestMethod]
    [DataRow("", 0, 255, 255, 255, 255)]
    [DataRow("--strength 0.2", 204, 51, 51, 51, 51)]
    [DataRow("--mask {f}/white-left.png", 0, 255, 255, 0, 0)]
    [DataRow("--mask {f}/white-left.png --invert-mask", 255, 0, 0, 255, 255)]
    [DataRow("--mask {f}/tiny.onnx --keep red", 0, 255, 255, 0, 0)]
    [DataRow("--mask {f}/tiny.onnx --keep red --invert-mask", 255, 0, 0, 255, 255)]
    [DataRow("--preserve-colours histogram", 0, 0, 0, 255, 0)]
    [DataRow("-m {f}/other.onnx --weights 3,1", 0, 251, 251, 251, 251)]
    [DataRow("--tile", 0, 255, 255, 255, 255)]
    [DataRow("--preprocess unit", 0, 255, 255, 255, 255)]
    public async Task Stylize_Control_GivesThePixelsWorkedOutByHand(string options, int red, int green, int blue, int blackRed, int blackGreen)
    {
        TinySegmenter.Write(_folder);
        TinyStyle.Write(_folder, "other.onnx", from: 239);
        using (var left = new RgbImage(70, 50))
        {
            for (var i = 0; i < left.Pixels.Length; i++) left.Pixels[i] = (byte)(i % 4 == 3 || i / 4 % 70 < 35 ? 255 : 0);
            left.Save(_folder["white-left.png"]);
        }
        if (options.Contains("unit", StringComparison.Ordinal)) TinyStyle.Write(_folder, from: 1);

        var result = await Cli.RunAsync(["stylize", _image, "-m", _model, "-o", _folder["out"], .. Words(options)]);

        result.AssertCode(ExitCode.Done);
        using var styled = RgbImage.Load(_folder["out/a.png"]);
        Assert.AreEqual((70, 50), (styled.Width, styled.Height));
        AssertPixel(styled, 8, 8, red, green, blue);
        AssertPixel(styled, 62, 8, blackRed, blackGreen, blackGreen);
    }

    [TestMethod]
    [DataRow("jpg", 0xFF, 0xD8)]
    [DataRow("webp", (int)'R', (int)'I')]
    [DataRow("png", 0x89, (int)'P')]
    public async Task Stylize_Format_IsThatOfTheFile(string format, int first, int second)
    {
        (await Cli.RunAsync("stylize", _image, "-m", _model, "-o", _folder["out"], "--format", format)).AssertCode(ExitCode.Done);

        var bytes = File.ReadAllBytes(_folder[$"out/a.{format}"]);
        Assert.AreEqual((first, second), (bytes[0], bytes[1]));
    }

    [TestMethod]
    public async Task Stylize_WideGamutOnStandardInput_IsConvertedAsFilesAre()
    {
        _folder.Write("in/p3.png", Images.DisplayP3Png());
        using var input = File.OpenRead(_folder["in/p3.png"]);

        (await Cli.RunAsync(input, CancellationToken.None, "stylize", _folder["in/p3.png"], "-", "-m", _model, "-o", _folder["out"], "--strength", "0")).AssertCode(ExitCode.Done);

        using var stored = RgbImage.Load(_folder["in/p3.png"]);
        using var file = RgbImage.Load(_folder["out/p3.png"]);
        using var piped = RgbImage.Load(_folder["out/stdin.png"]);
        Assert.IsTrue(file.Pixels.SequenceEqual(piped.Pixels));
        Assert.IsFalse(file.Pixels.SequenceEqual(stored.Pixels), "the profile changes nothing");
    }

    [TestMethod]
    public async Task Stylize_Grid_HasARowAPhotoAndAColumnAStyle()
    {
        _folder.Write("in/b.png", Images.RedPng(50, 70));
        var other = TinyStyle.Write(_folder, "other.onnx", from: 128);

        var result = await Cli.RunAsync("stylize", _folder["in"], "-m", _model, "-m", other, "--grid", _folder["all.png"]);

        result.AssertCode(ExitCode.Done);
        using var sheet = RgbImage.Load(_folder["all.png"]);
        Assert.IsGreaterThan(sheet.Height, sheet.Width);
        // Red as it was, its negative from 255, its negative from 128.
        (byte Red, byte Green, byte Blue)[] reds = [(255, 0, 0), (0, 255, 255), (0, 128, 128)];
        for (var column = 0; column < 3; column++)
            CollectionAssert.AreEqual(new[] { column }, Enumerable.Range(0, 3).Where(i => Holds(sheet, column, reds[i])).ToArray(), $"column {column}");
    }

    [TestMethod]
    [DataRow("--weights 1,2", "--weights")]
    [DataRow("--weights Infinity", "1e30")]
    [DataRow("--threads 100000", "1024")]
    [DataRow("--max-megapixels 0", "--max-megapixels")]
    [DataRow("--json {f}/out", "the folder of --output")]
    [DataRow("--strength 2", "--strength")]
    [DataRow("--keep dog", "--mask")]
    [DataRow("--quality 50", "PNG")]
    [DataRow("--grid {f}/all.txt", ".png")]
    [DataRow("--save {f}/all.onnx", ".zip")]
    [DataRow("--resize crop", "crop")]
    [DataRow("--mask {f}/in/a.png --keep dog", "indices")]
    [DataRow("--mask streets", "background")]
    [DataRow("--mask streets --keep zebra", "zebra")]
    public async Task Stylize_BadOption_FailsWithCodeTwo(string options, string reason)
    {
        var result = await Cli.RunAsync(["stylize", _image, "-m", _model, "-o", _folder["out"], .. Words(options)]);

        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
        Assert.IsFalse(Directory.Exists(_folder["out"]));
    }

    [TestMethod]
    public async Task Stylize_SavedChain_IsAModel()
    {
        var saved = await Cli.RunAsync("stylise", "-m", _model, "--save", _folder["negative.zip"], "--strength", "0.5");
        saved.AssertCode(ExitCode.Done);
        StringAssert.Contains(saved.Error, "--strength will not be in it");

        (await Cli.RunAsync("stylize", _image, "-m", _folder["negative.zip"], "-o", _folder["out"])).AssertCode(ExitCode.Done);

        using var styled = RgbImage.Load(_folder["out/a.png"]);
        AssertPixel(styled, 8, 8, 0, 255, 255);
    }

    [TestMethod]
    public async Task Stylize_NowhereToWriteTo_SaysSo()
    {
        StringAssert.Contains((await Cli.RunAsync("stylize", _image, "-m", _model)).Error, "-o FOLDER");
        Assert.AreEqual("", (await Cli.RunAsync("stylize", _image, "-m", _model, "--json")).Error);
    }

    private static bool Holds(RgbImage sheet, int column, (byte Red, byte Green, byte Blue) color)
    {
        for (var i = 0; i < sheet.Pixels.Length; i += 4)
            if (i / 4 % sheet.Width * 3 / sheet.Width == column && (sheet.Pixels[i], sheet.Pixels[i + 1], sheet.Pixels[i + 2]) == color) return true;
        return false;
    }

    private static void AssertPixel(RgbImage image, int x, int y, int red, int green, int blue)
    {
        var pixel = image.Pixels.Slice(4 * (y * image.Width + x), 3);
        Assert.AreEqual((red, green, blue), (pixel[0], pixel[1], pixel[2]), $"({x}, {y})");
    }

    private string[] Words(string options) =>
        [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Replace("{f}", _folder.Path, StringComparison.Ordinal))];
}
