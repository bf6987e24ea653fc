using System.IO.Compression;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Pipelines.Standalone;

/// <summary>What standalone models of all tasks are put together from: networks and chains that need nothing of this library.</summary>
internal static class StandaloneParts
{
    /// <summary>The place of the card in the <c>.zip</c>, a note for whoever opens it. ML.NET does not read it.</summary>
    public const string CardEntry = "mlnetvision/card.md";

    /// <summary>What the names of all nodes and tensors start with that a standalone model has beside those of its network.</summary>
    public const string Prefix = "MlNetVision.Standalone.";

    /// <summary>
    /// ai.onnx 11: NonMaxSuppression is of 10; Clip with tensors, GatherND and Softmax of the last axis are of 11. What is written here means
    /// the same in every operator set from this one on, so that it fits behind any network.
    /// </summary>
    public const long LeastOperatorSet = 11;

    /// <summary>Takes out all that has a name of ours, <see cref="Prefix"/>.</summary>
    public static void RemoveOurs(GraphProto graph)
    {
        RemoveOurs(graph.Node, n => n.Name);
        RemoveOurs(graph.Initializer, t => t.Name);
        RemoveOurs(graph.Input, v => v.Name);
        RemoveOurs(graph.Output, v => v.Name);
    }

    /// <summary>ML.NET's way of bringing images to a size.</summary>
    public static ImageResizingEstimator.ResizingKind Kind(ResizeMode mode) => mode switch
    {
        ResizeMode.Stretch => ImageResizingEstimator.ResizingKind.Fill,
        ResizeMode.Letterbox => ImageResizingEstimator.ResizingKind.IsoPad,
        _ => ImageResizingEstimator.ResizingKind.IsoCrop,
    };

    /// <summary>Adds the card to a saved model.</summary>
    public static void AddCard(Stream zip, string text)
    {
        using var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true);
        using var writer = new StreamWriter(archive.CreateEntry(CardEntry).Open());
        writer.Write(text);
    }

    private static void RemoveOurs<T>(IList<T> items, Func<T, string> name)
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (name(items[i]).StartsWith(Prefix, StringComparison.Ordinal)) items.RemoveAt(i);
        }
    }
}
