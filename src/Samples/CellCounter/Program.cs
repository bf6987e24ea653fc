// Loads a saved detection pipeline as any ML.NET app would, and counts what it finds in each image.
// Usage: CellCounter MODEL.zip IMAGE...
using System.Globalization;
using Microsoft.ML;
using MlNetVision.MlNet;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: CellCounter MODEL.zip IMAGE...");
    return 2;
}

var mlContext = new MLContext();
var pipeline = mlContext.Model.Load(args[0], out _);
var images = mlContext.Data.LoadFromEnumerable(args.Skip(1).Select(path => new ImageRow { ImagePath = path }));

foreach (var row in mlContext.Data.CreateEnumerable<CountedRow>(pipeline.Transform(images), reuseRowObject: false))
{
    var counts = row.Detections!.GroupBy(d => d.Label).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
    var sum = row.Detections!.Sum(d => d.Score).ToString("R", CultureInfo.InvariantCulture);
    Console.WriteLine($"{Path.GetFileName(row.ImagePath)}: {string.Join(", ", counts)} (scores add up to {sum})");
}
return 0;

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class CountedRow
{
    public string ImagePath { get; set; } = "";

    [DetectionListType]
    public DetectionList? Detections { get; set; }
}
