using System.Text.Json;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Tests.Import.Darknet;

namespace MlNetVision.Tests.Detection.Darknet;

/// <summary>
/// Imported networks on real images against the original Darknet's answers (<c>shared/goldens/detection</c>), with the grids decoded
/// plainly here: one box at a time, by the formulas of arXiv:1612.08242 and arXiv:1804.02767.
/// </summary>
[TestClass]
public sealed class GoldenDetectionTests
{
    private readonly record struct Found(int Class, float Score, BoundingBox Box);

    [TestMethod]
    [DataRow("yolo-lite-voc", "voc.names")]
    [DataRow("yolo-lite-coco", "coco.names")]
    [DataRow("yolo-fastest-1.1-xl", "coco.names")]
    public void Import_PublishedNetwork_FindsWhatDarknetFinds(string name, string namesFile)
    {
        var model = ModelLocator.Open(Shared.Path("models", "darknet", $"{name}.cfg"));
        var names = File.ReadAllLines(Shared.Path("models", "darknet", namesFile));
        using var golden = JsonDocument.Parse(File.ReadAllText(Shared.Path("goldens", "detection", $"{name}.json")));
        var (compared, missed) = (0, new List<string>());
        foreach (var image in golden.RootElement.GetProperty("images").EnumerateObject())
        {
            var found = Detect(model, Shared.Path("data", "images", image.Name));
            foreach (var truth in image.Value.EnumerateArray())
            {
                float Number(string key) => truth.GetProperty(key).GetSingle();
                if (Number("score") < .3f) continue;
                compared++;
                var box = new BoundingBox(Number("left"), Number("top"), Number("right"), Number("bottom"));
                var index = Array.IndexOf(names, truth.GetProperty("label").GetString());
                if (!found.Any(f => f.Class == index && Math.Abs(f.Score - Number("score")) <= .08f && BoundingBox.IoU(f.Box, box) >= .85f))
                    missed.Add($"{image.Name}: {truth}");
            }
        }
        Console.WriteLine($"{name}: {missed.Count} of {compared} missing");
        // 8-bit pixels after the resize, where Darknet keeps floats, move some scores near 0.3 a little.
        Assert.IsTrue(missed.Count <= compared * .03, $"{missed.Count} of {compared} are missing: {string.Join('\n', missed)}");
    }

    private static List<Found> Detect(OnnxModel model, string path)
    {
        var shape = model.Graph.Input[0].Type.TensorType.Shape.Dim;
        int height = (int)shape[2].DimValue, width = (int)shape[3].DimValue;
        using var image = RgbImage.Load(path);
        using var resized = ImageResizer.Resize(image, new ResizeOptions { Width = width, Height = height }, out var geometry);
        var input = new float[3 * height * width];
        TensorPacker.Pack(resized, input, PixelLayout.Nchw, PixelNormalization.Unit);
        var grids = NetworkRunner.Run(model, input);
        var found = new List<Found>();
        foreach (var head in model.GetYoloHeads()!)
        {
            var grid = grids[head.Output];
            var values = new Grid((int)grid.Shape[1], (int)grid.Shape[2], (int)grid.Shape[3], grid.Values);
            found.AddRange(Decode(head, values, width, height).Select(f => f with
            {
                Box = new BoundingBox(
                    geometry.ToImageX(f.Box.Left), geometry.ToImageY(f.Box.Top),
                    geometry.ToImageX(f.Box.Right), geometry.ToImageY(f.Box.Bottom)).Clip(image.Width, image.Height),
            }));
        }
        return found;
    }

    private static IEnumerable<Found> Decode(YoloHead head, Grid grid, int width, int height)
    {
        for (var a = 0; a < head.Anchors.Count; a++)
        {
            for (var y = 0; y < grid.Height; y++)
            {
                for (var x = 0; x < grid.Width; x++)
                {
                    var first = a * (5 + head.Classes);
                    var region = head.Kind == YoloHeadKind.Region;
                    float centerX = (x + Logistic(grid[first, y, x])) * width / grid.Width, centerY = (y + Logistic(grid[first + 1, y, x])) * height / grid.Height;
                    var w = MathF.Exp(grid[first + 2, y, x]) * head.Anchors[a].Width * (region ? (float)width / grid.Width : 1);
                    var h = MathF.Exp(grid[first + 3, y, x]) * head.Anchors[a].Height * (region ? (float)height / grid.Height : 1);
                    var box = new BoundingBox(centerX - w / 2, centerY - h / 2, centerX + w / 2, centerY + h / 2);
                    var sum = Enumerable.Range(first + 5, head.Classes).Sum(c => MathF.Exp(grid[c, y, x]));
                    for (var c = 0; c < head.Classes; c++)
                    {
                        var value = grid[first + 5 + c, y, x];
                        var score = Logistic(grid[first + 4, y, x]) * (region ? MathF.Exp(value) / sum : Logistic(value));
                        if (score > .1f) yield return new Found(c, score, box);
                    }
                }
            }
        }
    }

    private static float Logistic(float x) => 1 / (1 + MathF.Exp(-x));
}
