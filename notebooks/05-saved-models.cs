#!/usr/bin/env dotnet
#:project ../src/MlNetVision/MlNetVision.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
#:property RunAnalyzers=false

// Made from source/05-saved-models.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.
// dotnet run notebooks/05-saved-models.cs [FOLDER for the images]
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using SkiaSharp;
using System.IO.Compression;
using System.IO;
using System.Text;

// # A saved model in another app
//
// A trained model is used in another app: a web service, a desktop app, a nightly job. This notebook saves a classifier as ML.NET's `.zip` in both
// of its forms, looks into them, and loads them as another app would.
//
// | | `SaveZip` | `SaveStandaloneZip` |
// |---|---|---|
// | the app needs | this library | Microsoft.ML, .ImageAnalytics, .OnnxTransformer and OnnxRuntime, nothing of ours |
// | images | upright by EXIF; JPEG, PNG, WebP, BMP, GIF; antialiased resize | as ML.NET loads and resizes them |
// | columns | the most probable classes and their scores | one score for each class, and the best one's name |
//
// *To run it:* until the package `MlNetVision` is published, make and register it with two commands in the root of a clone:
//
//     dotnet pack MlNetVision.sln -c Release -o packages
//     dotnet nuget add source "$PWD/packages" --name MlNetVision
//
// Then open the notebook in any .NET Interactive host for .NET 10. For Jupyter:
// `dotnet tool install --global Microsoft.dotnet-interactive`, then `dotnet interactive jupyter install`.
// The same as a console program: `dotnet run notebooks/05-saved-models.cs`.

// ## 1. A model
//
// Any classifier will do; here it is the bundled `flowers`, with the classes roses, sunflowers and tulips. `mlnetvision train classifier … -o flowers.zip` writes the standalone
// form of your own. The images are the bundled drawings.

var work = Directory.CreateTempSubdirectory("mlnetvision-saved-").FullName;
string[] files = ["rose.png", "sunflower.png", "tulip.png"];
var images = files.Select(name => SampleImages.Save(name, work)).ToArray();

var classifier = ImageClassifier.Load("flowers");
var predictions = images.Select(path => classifier.Classify(path).Predictions).ToList();

// `ShowPredictions` shows the three images, each with a text below it (a helper for drawing; skip it when reading).

void ShowPredictions(IEnumerable<string> captions)
{
    using var sheet = new SKBitmap(images.Length * 248, 264);
    using (var canvas = new SKCanvas(sheet))
    {
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black, TextSize = 15, IsAntialias = true };
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
        foreach (var (i, (path, caption)) in images.Zip(captions).Index())
        {
            using var bitmap = SKBitmap.Decode(path);
            canvas.DrawBitmap(bitmap, SKRect.Create(i * 248, 0, 240, 240), smooth);
            canvas.DrawText(caption, i * 248 + 2, 257, ink);
        }
    }
    using var jpeg = sheet.Encode(SKEncodedImageFormat.Jpeg, 85);
    Convert.ToBase64String(jpeg.ToArray()).DisplayAs("image/jpeg");
}

ShowPredictions(predictions.Select(p => $"{p[0].Label} {p[0].Score:P0}"));

// ## 2. Two forms
//
// Both are one file that holds everything: ML.NET's entries describe the chain of transforms, from an image's path to the predicted label, and one of
// them is the network as an ordinary ONNX file. The standalone form also has a card that describes its columns and classes.

var own = Path.Combine(work, "flowers.zip");
var standalone = Path.Combine(work, "flowers.standalone.zip");
classifier.SaveZip(own);
classifier.SaveStandaloneZip(standalone);

byte[] Entry(string file, string ending)
{
    using var zip = ZipFile.OpenRead(file);
    using var content = zip.Entries.Single(e => e.FullName.EndsWith(ending)).Open();
    using var bytes = new MemoryStream();
    content.CopyTo(bytes);
    return bytes.ToArray();
}

var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
// ML.NET writes the file's length before it.
string InputOf(string file)
{
    using var session = new InferenceSession(Entry(file, "OnnxModel")[sizeof(int)..], quiet);
    var (name, tensor) = session.InputMetadata.Single();
    return $"{name} [{string.Join(", ", tensor.Dimensions)}]";
}

foreach (var file in new[] { own, standalone })
    display($"{Path.GetFileName(file)}: the network in it reads {InputOf(file)}");
var card = Encoding.UTF8.GetString(Entry(standalone, "card.md"));
display($"the card begins: {card.Split('\n')[0]}");

// ## 3. With ML.NET alone
//
// From here on, nothing of this library is used: any app with Microsoft.ML does the same. `Model.Load` gives the chain and its input columns. Each
// transform adds a column to the output; two of them matter.

var mlContext = new MLContext();
var model = mlContext.Model.Load(standalone, out var input);
var results = model.GetOutputSchema(input).Where(c => c.Name is "PredictedLabel" or "Score");

string Columns(IEnumerable<DataViewSchema.Column> columns) =>
    string.Join(", ", columns.Select(c => $"{c.Name} ({c.Type})"));

display($"in:  {Columns(input)}");
display($"out: {Columns(results)}");

// Rows are classes of the app's own, whose properties have the columns' names. `Transform` is for many images: they are read, resized and classified as rows are asked for.

var rows = mlContext.Data.LoadFromEnumerable(
    images.Select(path => new FlowerImage { ImagePath = path }));
var found = mlContext.Data
    .CreateEnumerable<FlowerPrediction>(model.Transform(rows), reuseRowObject: false).ToList();

var lines = found.Select(f => $"{Path.GetFileName(f.ImagePath),-14} {f.PredictedLabel}");
display(string.Join('\n', lines));
ShowPredictions(found.Select(f => $"{f.PredictedLabel} {f.Score.Max():P0}"));

// A `PredictionEngine` is for one at a time, as requests come in. It is not thread-safe: an app that serves several has one for each, such as from `PredictionEnginePool`.
//
// By default an engine owns its model and disposes it. ML.NET then frees the native session at once, even while other engines use it, which crashes
// the process. So engines that share a model are made with `OwnsTransformer = false`, and the app disposes the model itself, after the last engine.

var borrowed = new PredictionEngineOptions { OwnsTransformer = false };
using (var engine = mlContext.Model
    .CreatePredictionEngine<FlowerImage, FlowerPrediction>(model, borrowed))
{
    var one = engine.Predict(new FlowerImage { ImagePath = images[1] });
    var asBefore = one.Score.SequenceEqual(found[1].Score);
    display($"{Path.GetFileName(images[1])}: {one.PredictedLabel}; as before: {asBefore}");
}

// ## 4. With this library
//
// The other form gives exactly the results of `ImageClassifier`: it has the same decoder and the same resize. ML.NET loads it wherever the library is
// referenced, and `ImageClassifier.Load` opens both forms.

var chain = mlContext.Model.Load(own, out _);
var column = chain.Transform(rows).GetColumn<ReadOnlyMemory<char>>("PredictedLabel");
var labels = column.Select(l => l.ToString()).ToList();
var equal = labels.SequenceEqual(predictions.Select(p => p[0].Label));
display($"{string.Join(", ", labels)}; as the classifier predicts: {equal}");

float LargestDifference(string file)
{
    using var other = ImageClassifier.Load(file);
    var largest = 0f;
    foreach (var (path, expected) in images.Zip(predictions))
    {
        foreach (var p in other.Classify(path).Predictions)
        {
            var before = expected.Single(e => e.Index == p.Index);
            largest = Math.Max(largest, Math.Abs(p.Score - before.Score));
        }
    }
    return largest;
}

display($"largest difference of a score: "
    + $"{LargestDifference(own):0.###} (its own form opened again), "
    + $"{LargestDifference(standalone):0.###} (standalone, opened by the library)");

// ML.NET's own resize is a little different, so its scores for the standalone form differ by about a percent. For your images:

var most = 0f;
foreach (var (byMlNet, byLibrary) in found.Zip(predictions))
    foreach (var p in byLibrary) most = Math.Max(most, Math.Abs(p.Score - byMlNet.Score[p.Index]));
display($"less than five percent here: {most < .05}");

// ## 5. An app of its own
//
// `src/Samples/FlowerShop` is such an app. Its project file names four packages:
//
// ```xml
// <PackageReference Include="Microsoft.ML" />
// <PackageReference Include="Microsoft.ML.ImageAnalytics" />
// <PackageReference Include="Microsoft.ML.OnnxTransformer" />
// <PackageReference Include="Microsoft.ML.OnnxRuntime" />
// ```
//
// and `dotnet run --project src/Samples/FlowerShop -- flowers.standalone.zip IMAGES` sorts a folder by what its images show. On a server without ML.NET, or in another language, use the network itself:
// `classifier.Model.Save("flowers.onnx")` writes the ONNX file for any runtime, with classes, size and input normalisation in its metadata.

var onnx = Path.Combine(work, "flowers.onnx");
classifier.Model.Save(onnx);
using (var session = new InferenceSession(onnx, quiet))
{
    var (inputName, outputName) = (session.InputNames[0], session.OutputNames[0]);
    var metadata = session.ModelMetadata.CustomMetadataMap;
    string[] keys = ["imgsz", "names", "task"];
    display($"{inputName} → {outputName}; "
        + string.Join(", ", keys.Select(key => $"{key}: {metadata[key]}")));
}
Directory.Delete(work, recursive: true);

// To go on: give the standalone form a photograph that lies on its side by EXIF, and compare; save a detector (`ObjectDetector.SaveZip`) the same way; or train a model of your own with the
// notebook `03-transfer-learning`.

// What .NET Interactive offers a notebook, for a console: text is printed, images become files.

static void display(string text) => Console.WriteLine(text + "\n");

internal static class ConsoleDisplay
{
    private static int _images;

    public static void DisplayAs(this string base64, string mime)
    {
        var arguments = Environment.GetCommandLineArgs();
        var folder = arguments.Length > 1 ? arguments[1] : "out/05-saved-models";
        var file = $"05-saved-models.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
        Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
    }
}

#pragma warning disable CS1591 // A program documents no types.
public sealed class FlowerImage
{
    public string ImagePath { get; set; } = "";
}

public sealed class FlowerPrediction
{
    public string ImagePath { get; set; } = "";

    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
