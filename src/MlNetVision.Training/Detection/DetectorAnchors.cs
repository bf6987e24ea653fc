using System.Globalization;
using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>The anchors of a Darknet network, in pixels of its input.</summary>
public static class DetectorAnchors
{
    /// <summary>All anchors of the network, in the order of its <c>.cfg</c>.</summary>
    /// <param name="network">The network.</param>
    public static IReadOnlyList<BoxSize> Of(DarknetTrainingNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return InPixels(network, [.. network.Heads[0].Numbers("anchors").Select(a => (float)a)]);
    }

    /// <summary>Anchors from the units of the network's <c>.cfg</c>, width and height in turn; see <see cref="InUnits"/>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="anchors">The anchors.</param>
    public static IReadOnlyList<BoxSize> InPixels(DarknetTrainingNetwork network, IReadOnlyList<float> anchors)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(anchors);
        var (x, y) = Unit(network);
        return [.. anchors.Chunk(2).Select(a => new BoxSize((float)(a[0] * x), (float)(a[1] * y)))];
    }

    /// <summary>Anchors as its <c>.cfg</c> has them, width and height in turn: in cells of the grid for <c>[region]</c>, in pixels for <c>[yolo]</c>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="anchors">The anchors in pixels of its input.</param>
    public static float[] InUnits(DarknetTrainingNetwork network, IReadOnlyList<BoxSize> anchors)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(anchors);
        var (x, y) = Unit(network);
        return [.. anchors.SelectMany(a => new[] { (float)Math.Round(a.Width / x, 4), (float)Math.Round(a.Height / y, 4) })];
    }

    /// <summary>The same as the text of the option <c>anchors</c>.</summary>
    public static string Text(DarknetTrainingNetwork network, IReadOnlyList<BoxSize> anchors) =>
        string.Join(',', InUnits(network, anchors).Select(a => a.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The sizes of a data set's objects in pixels of the network's input; see <see cref="AnchorClustering.Sizes"/>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="set">The data set.</param>
    public static IReadOnlyList<BoxSize> Sizes(DarknetTrainingNetwork network, DetectionDataSet set)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(set);
        return AnchorClustering.Sizes(set.Images, Resize(network));
    }

    /// <summary>How images are resized to the network's input.</summary>
    internal static ResizeOptions Resize(DarknetTrainingNetwork network)
    {
        var input = network.Model.Inputs[0].Shape;
        return new ResizeOptions
        {
            Width = (int)input[3]!.Value, Height = (int)input[2]!.Value,
            Mode = network.Facts.Fit == ImportedFit.Letterbox ? ResizeMode.Letterbox : ResizeMode.Stretch,
        };
    }

    /// <summary>The pixels of one unit of the file's anchors.</summary>
    private static (double X, double Y) Unit(DarknetTrainingNetwork network)
    {
        var head = network.Heads[0];
        if (head.Kind != "region") return (1, 1);
        var (input, grid) = (network.Model.Inputs[0].Shape, network.Model.Outputs.First(o => o.Name == head.Output).Shape);
        return ((double)input[3]!.Value / grid[3]!.Value, (double)input[2]!.Value / grid[2]!.Value);
    }
}
