// Loads a saved segmentation pipeline as any ML.NET app would, writes the mask of each image, and lists what is on it.
// Usage: StreetMasks MODEL.zip FOLDER IMAGE...
using System.Globalization;
using Microsoft.ML;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;

if (args.Length < 3)
{
    Console.Error.WriteLine("Usage: StreetMasks MODEL.zip FOLDER IMAGE...");
    return 2;
}

var mlContext = new MLContext();
var pipeline = mlContext.Model.Load(args[0], out _);
var images = mlContext.Data.LoadFromEnumerable(args.Skip(2).Select(path => new ImageRow { ImagePath = path }));

foreach (var row in mlContext.Data.CreateEnumerable<MaskedRow>(pipeline.Transform(images), reuseRowObject: false))
{
    MaskPng.Save(row.Mask!, Path.Combine(args[1], $"{Path.GetFileNameWithoutExtension(row.ImagePath)}.mask.png"));
    var shares = row.Mask!.Shares().Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Label} {s.Pixels}"));
    Console.WriteLine($"{Path.GetFileName(row.ImagePath)}: {string.Join(", ", shares)}");
}
return 0;

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class MaskedRow
{
    public string ImagePath { get; set; } = "";

    [SegmentationMaskType]
    public SegmentationMask? Mask { get; set; }
}
