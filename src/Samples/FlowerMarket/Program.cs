// Loads a saved classification pipeline as any ML.NET app would, and says what each picture may show.
// Usage: FlowerMarket MODEL.zip PICTURE...
// MODEL.zip comes from `mlnetvision classify -m flowers --save MODEL.zip`; FlowerShop runs standalone ones, without this library.
using System.Globalization;
using Microsoft.ML;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: FlowerMarket MODEL.zip PICTURE...");
    return 2;
}

var mlContext = new MLContext();
var pipeline = mlContext.Model.Load(args[0], out _);
var pictures = mlContext.Data.LoadFromEnumerable(args.Skip(1).Select(path => new PictureRow { ImagePath = path }));

foreach (var row in mlContext.Data.CreateEnumerable<NamedRow>(pipeline.Transform(pictures), reuseRowObject: false))
{
    var best = row.TopLabels.Zip(row.TopScores, (label, score) => string.Create(CultureInfo.InvariantCulture, $"{label} {score:F4}"));
    Console.WriteLine($"{Path.GetFileName(row.ImagePath)}: {string.Join(", ", best)}");
}
return 0;

internal sealed class PictureRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class NamedRow
{
    public string ImagePath { get; set; } = "";

    public string[] TopLabels { get; set; } = [];

    public float[] TopScores { get; set; } = [];
}
