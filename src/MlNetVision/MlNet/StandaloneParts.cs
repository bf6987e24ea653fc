using System.IO.Compression;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>Shared by standalone models of all tasks.</summary>
internal static class StandaloneParts
{
    /// <summary>The entry of the model card in the <c>.zip</c>. ML.NET ignores it.</summary>
    public const string CardEntry = "mlnetvision/card.md";

    /// <summary>ML.NET's resize mode.</summary>
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
}
