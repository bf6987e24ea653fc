using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Tests.Inference;

/// <summary>The source-generated JSON of settings and heads, compared with System.Text.Json's reflection.</summary>
[TestClass]
public sealed class GeneratedJsonTests
{
    private static readonly JsonSerializerOptions Settings = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    private static readonly JsonSerializerOptions Heads = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    [TestMethod]
    public void DetectionSettings_ReadAndWritten_AsByReflection()
    {
        var options = new ObjectDetectorOptions
        {
            Resize = ResizeMode.Letterbox,
            PadColor = new RgbColor(1, 2, 3),
            Detection = new DetectionOptions
            {
                Confidence = 0.3f,
                ClassConfidence = new Dictionary<string, float> { ["RBC"] = 0.5f },
                ExcludedClasses = ["WBC"],
                Suppression = new() { Kind = NonMaxSuppressionKind.SoftGaussian, IoU = 0.6f, Sigma = 0.7f, MaxDetections = 7 },
            },
        };
        using var detector = ObjectDetector.Load("blood-cells", options);
        Compare(detector.Network.Settings, DetectionSettings.Json, Settings);
        Assert.AreEqual(detector.Network.Settings.ToJson(), JsonSerializer.Serialize(detector.Network.Settings, Settings));
    }

    [TestMethod]
    public void YoloHeads_ReadAndWritten_AsByReflection()
    {
        using var detector = ObjectDetector.Load("blood-cells");
        YoloHead[] heads = [.. detector.Model.GetYoloHeads()!.Select(h => h with { ScaleXY = 1.05f, NewCoordinates = true })];
        Compare(heads, YoloHeadJson.Several, Heads);
        Compare(heads[0], YoloHeadJson.One, Heads);
    }

    [TestMethod]
    public void SegmentationSettings_ReadAndWritten_AsByReflection()
    {
        using var segmenter = Segmenter.Load("streets", new() { Upsampling = MaskUpsampling.Classes, WithConfidence = true });
        Compare(segmenter.Network.Settings, SegmentationSettings.Json, Settings);
    }

    [TestMethod]
    public void ClassificationSettings_ReadAndWritten_AsByReflection()
    {
        using var classifier = ImageClassifier.Load("flowers", new() { Top = 2 });
        Compare(classifier.Network.Settings, ClassificationSettings.Json, Settings);
    }

    [TestMethod]
    public void FeaturizerSettings_ReadAndWritten_AsByReflection()
    {
        using var featurizer = Featurizer.Load("flowers");
        Compare(featurizer.Network.Settings, FeaturizerSettings.Json, Settings);
    }

    [TestMethod]
    public void StyleSettings_ReadAndWritten_AsByReflection()
    {
        using var stylizer = ImageStylizer.Load("starry-night");
        Compare(stylizer.Network.Settings, StyleSettings.Json, Settings);
    }

    /// <summary>Writes the value, then reads it with each member left out, null and of another type, which both must take or refuse.</summary>
    private static void Compare<T>(T value, JsonTypeInfo<T> generated, JsonSerializerOptions reflection)
    {
        var text = JsonSerializer.Serialize(value, generated);
        Assert.AreEqual(JsonSerializer.Serialize(value, reflection), text);
        var changed = Changes(JsonNode.Parse(text)!).ToList();
        Assert.IsNotEmpty(changed);
        foreach (var variant in changed)
        {
            var expected = Reread(() => JsonSerializer.Deserialize<T>(variant, reflection), reflection);
            Assert.AreEqual(expected, Reread(() => JsonSerializer.Deserialize(variant, generated), reflection), variant);
        }
    }

    private static string Reread<T>(Func<T> read, JsonSerializerOptions reflection)
    {
        try
        {
            return JsonSerializer.Serialize(read(), reflection);
        }
        catch (JsonException)
        {
            return "refused";
        }
    }

    private static IEnumerable<string> Changes(JsonNode root)
    {
        yield return root.ToJsonString();
        foreach (var parent in Objects(root).ToList())
        {
            foreach (var (name, member) in parent.ToList())
            {
                parent.Remove(name);
                yield return root.ToJsonString();
                parent[name] = null;
                yield return root.ToJsonString();
                parent[name] = "another type";
                yield return root.ToJsonString();
                parent[name] = member;
            }
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(member => Objects(member.Value)).Prepend(o),
        JsonArray a => a.SelectMany(Objects),
        _ => [],
    };
}
