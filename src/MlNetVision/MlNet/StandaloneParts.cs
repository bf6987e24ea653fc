using System.IO.Compression;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Imaging;

namespace MlNetVision.MlNet;

/// <summary>What standalone models of all tasks are put together from: networks and chains that need nothing of this library.</summary>
internal static class StandaloneParts
{
    /// <summary>The place of the card in the <c>.zip</c>, a note for whoever opens it. ML.NET does not read it.</summary>
    public const string CardEntry = "mlnetvision/card.md";

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
}
