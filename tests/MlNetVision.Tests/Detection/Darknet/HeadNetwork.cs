using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Tests.Import.Darknet;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Darknet;

/// <summary>A small Darknet network with random weights and one head, in a temporary folder.</summary>
internal sealed class HeadNetwork : IDisposable
{
    private readonly DarknetFiles _files;

    /// <summary>A head whose input is the image itself, so that its values are chosen.</summary>
    public static HeadNetwork Bare(Grid image, string head) => new(image, $"[activation]\nactivation=linear\n{head}");

    /// <summary>A head behind a convolution of a 3 × 32 × 64 image, with strides of 8.</summary>
    public static HeadNetwork Convolution(int filters, string head, int seed = 5) => new(
        new Grid(3, 32, 64), $"[convolutional]\nfilters={filters}\nsize=8\nstride=8\nactivation=linear\n{head}",
        [.. DarknetFiles.Convolution(filters, filters * 3 * 64, false, seed).Select((w, i) => i < filters ? w : w / 3)]);

    private HeadNetwork(Grid image, string layers, params float[][] weights) => _files = new DarknetFiles(image, layers, weights);

    public string Cfg => _files.Cfg;

    public string Weights => _files.Weights;

    public string Folder => Path.GetDirectoryName(Cfg)!;

    public OnnxModel Open() => ModelLocator.Open(Cfg);

    /// <summary>The candidates of an image of the network's size.</summary>
    public IReadOnlyList<Found> Decode(Grid image, DetectionOptions options)
    {
        var model = Open();
        var heads = DetectionHeads.Of(model)!;
        var outputs = NetworkRunner.Run(model, image.Values);
        HeadValues[] values = [.. heads.SelectMany(h => h.Outputs).Select(o => new HeadValues(outputs[o].Values, outputs[o].Shape))];
        string[] labels = [.. Enumerable.Range(0, heads[0].Classes).Select(c => $"c{c}")];
        List<Found> found = [];
        new DetectionParser(heads, labels, image.Width, image.Height).Decode(
            values, new ImageGeometry(image.Width, image.Height, image.Width, image.Height, 1, 1, 0, 0), options, [], found);
        return found;
    }

    public void Dispose() => _files.Dispose();
}
