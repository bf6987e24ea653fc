// Loads a standalone classifier with ML.NET alone, and sorts a folder of images by what they show.
// Usage: FlowerShop MODEL.zip FOLDER
// MODEL.zip comes from `mlnetvision classify -m flowers --save MODEL.zip --standalone`, or from `mlnetvision train classifier`.
using System.Globalization;
using Microsoft.ML;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: FlowerShop MODEL.zip FOLDER");
    return 2;
}

string[] endings = [".jpg", ".jpeg", ".png", ".bmp"];
var images = Directory.EnumerateFiles(args[1], "*", SearchOption.AllDirectories)
    .Where(path => endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
    .Order(StringComparer.Ordinal).Select(path => new Delivery { ImagePath = path }).ToList();

var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);

// A whole folder at once: rows are read, resized and classified as they are asked for.
Console.WriteLine("Delivered:");
var sorted = mlContext.Data.CreateEnumerable<Flower>(model.Transform(mlContext.Data.LoadFromEnumerable(images)), reuseRowObject: false).ToList();
foreach (var flower in sorted) Console.WriteLine(Line(flower));
foreach (var shelf in sorted.GroupBy(f => f.PredictedLabel)
    .OrderBy(g => g.Key, StringComparer.Ordinal)) Console.WriteLine($"Shelf {shelf.Key}: {shelf.Count()}");

// One by one, as customers come in.
Console.WriteLine("Asked for:");
// Engines may share a model, so this one does not own it.
using var engine = mlContext.Model.CreatePredictionEngine<Delivery, Flower>(model, new PredictionEngineOptions { OwnsTransformer = false });
foreach (var image in images) Console.WriteLine(Line(engine.Predict(image)));
return 0;

static string Line(Flower flower) =>
    string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(flower.ImagePath)}: {flower.PredictedLabel} {flower.Score.Max():F4}");

internal sealed class Delivery
{
    public string ImagePath { get; set; } = "";
}

internal sealed class Flower
{
    public string ImagePath { get; set; } = "";

    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
