using Microsoft.ML;
using MlNetVision.Files;

namespace MlNetVision.Detection;

public sealed partial class ObjectDetector
{
    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the column
    /// <c>Detections</c>. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, ObjectDetectorOptions?)"/>.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path)
    {
        var context = new MLContext();
        var none = context.Data.LoadFromEnumerable(Array.Empty<PathRow>());
        var chain = DetectionTransformsCatalog.DetectObjects(context.Transforms, _network, "Detections", nameof(PathRow.ImagePath), images: false).Fit(none);
        AtomicFile.Write(path, stream => context.Model.Save(chain, none.Schema, stream));
        (chain as IDisposable)?.Dispose();
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
