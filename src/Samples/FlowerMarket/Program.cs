// Loads a saved classification pipeline as any ML.NET app would, and says what each image may show.
// Usage: FlowerMarket MODEL.zip IMAGE...
// MODEL.zip comes from `mlnetvision classify -m flowers --save MODEL.zip`; FlowerShop runs standalone ones, without this library.
using System.Globalization;
using Microsoft.ML;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: FlowerMarket MODEL.zip IMAGE...");
    return 2;
}

var mlContext = new MLContext();
var pipeline = mlContext.Model.Load(args[0], out _);
var images = mlContext.Data.LoadFromEnumerable(args.Skip(1).Select(path => new ImageRow { ImagePath = path }));

foreach (var row in mlContext.Data.CreateEnumerable<NamedRow>(pipeline.Transform(images), reuseRowObject: false))
{
    var best = row.TopLabels.Zip(row.TopScores, (label, score) => string.Create(CultureInfo.InvariantCulture, $"{label} {score:F4}"));
    Console.WriteLine($"{Path.GetFileName(row.ImagePath)}: {string.Join(", ", best)}");
}
return 0;

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class NamedRow
{
    public string ImagePath { get; set; } = "";

    public string[] TopLabels { get; set; } = [];

    public float[] TopScores { get; set; } = [];
}
