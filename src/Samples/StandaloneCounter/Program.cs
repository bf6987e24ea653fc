// Loads a standalone detection model with ML.NET alone, and counts what it finds in each image.
// Usage: StandaloneCounter MODEL.zip IMAGE...
// MODEL.zip comes from `mlnetvision detect -m MODEL --save MODEL.zip --standalone`.
using System.Globalization;
using Microsoft.ML;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: StandaloneCounter MODEL.zip IMAGE...");
    return 2;
}

var mlContext = new MLContext();
var pipeline = mlContext.Model.Load(args[0], out _);
var images = mlContext.Data.LoadFromEnumerable(args.Skip(1).Select(path => new ImageRow { ImagePath = path }));

foreach (var row in mlContext.Data.CreateEnumerable<FoundRow>(pipeline.Transform(images), reuseRowObject: false))
{
    var counts = row.Labels.GroupBy(label => label).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
    Console.WriteLine($"{Path.GetFileName(row.ImagePath)}: {string.Join(", ", counts)}");
    for (var i = 0; i < row.Scores.Length; i++)
    {
        // Left, top, right, bottom, 0 to 1 across the network's input.
        var box = string.Join(' ', row.Boxes.Skip(4 * i).Take(4).Select(edge => edge.ToString("F4", CultureInfo.InvariantCulture)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Labels[i]} ({row.ClassIndices[i]}) {row.Scores[i]:F4} at {box}"));
    }
}
return 0;

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class FoundRow
{
    public string ImagePath { get; set; } = "";

    public float[] Boxes { get; set; } = [];

    public float[] Scores { get; set; } = [];

    public int[] ClassIndices { get; set; } = [];

    public string[] Labels { get; set; } = [];
}
