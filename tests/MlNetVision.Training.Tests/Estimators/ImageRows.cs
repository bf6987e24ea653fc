using Microsoft.ML;
using MlNetVision.Data;
using MlNetVision.Training.Tests.Classification;

namespace MlNetVision.Training.Tests.Estimators;

/// <summary>Image files as rows of bytes (Image) with keys (LabelAsKey) and text (Label).</summary>
internal static class ImageRows
{
    public static IDataView Of(MLContext ml, ColourFolders folders)
    {
        var set = LabeledImages.Open(folders.Path);
        var rows = ml.Data.LoadFromEnumerable(set.Images.Select(i => new Row { ImagePath = i.Path, Label = set.Labels[i.ClassIndex] }).ToList());
        return ml.Transforms.Conversion.MapValueToKey("LabelAsKey", "Label")
            .Append(ml.Transforms.LoadRawImageBytes("Image", null, "ImagePath")).Fit(rows).Transform(rows);
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
