using System.Globalization;

namespace MlNetVision.Cli.Tests;

/// <summary>
/// A Darknet network whose answers can be worked out by hand: a 32×32 input, pooled to 2×2 cells of 16 pixels, and a 1×1
/// convolution to one anchor of one cell's size and two classes. A cell's objectness is σ(20·red − 10) · softmax(…), so that
/// a red quarter is a "red" box in its place; with blue added it is "purple".
/// </summary>
internal static class TinyDetector
{
    public const int Classes = 2;

    private const int Channels = 5 + Classes;

    /// <summary>Writes <c>NAME.cfg</c>, <c>NAME.weights</c> and <c>NAME.names</c> and returns the first.</summary>
    public static string Write(TemporaryFolder folder, string name = "tiny")
    {
        folder.Write($"{name}.names", "red\npurple\n"u8);
        folder.Write($"{name}.weights", Weights());
        return folder.Write($"{name}.cfg", System.Text.Encoding.UTF8.GetBytes(Configuration));
    }

    public static string Configuration => string.Create(CultureInfo.InvariantCulture, $"""
        [net]
        width=32
        height=32
        channels=3

        [maxpool]
        size=16
        stride=16
        padding=0

        [convolutional]
        filters={Channels}
        size=1
        stride=1
        pad=0
        activation=linear

        [region]
        anchors=1,1
        num=1
        classes={Classes}
        coords=4
        softmax=1

        """);

    /// <summary>Darknet's header (version 0.2.0, images seen as 64 bits), 7 biases, 7×3 weights.</summary>
    public static byte[] Weights()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var version in new[] { 0, 2, 0 }) writer.Write(version);
        writer.Write(0L);
        // x, y: σ(0), the middle of the cell; w, h: exp(0) anchors; objectness; the two classes.
        float[] biases = [0, 0, 0, 0, -10, 5, -5];
        float[] reds = [0, 0, 0, 0, 20, 0, 0];
        float[] blues = [0, 0, 0, 0, 0, -10, 10];
        foreach (var bias in biases) writer.Write(bias);
        for (var c = 0; c < Channels; c++)
        {
            writer.Write(reds[c]);
            writer.Write(0f);
            writer.Write(blues[c]);
        }
        writer.Flush();
        return stream.ToArray();
    }
}
