using System.Text.Json;
using MlNetVision.Detection;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class DetectionOptionsTests
{
    private static readonly string[] Labels = ["person", "bicycle", "car", "dog", "dog"];

    [TestMethod]
    public void From_AllowDenyAndClassScores_LeastScoreOfEachClass()
    {
        var options = new DetectionOptions
        {
            Confidence = 0.3f,
            Classes = ["Dog", "person", "car"],
            ExcludedClasses = ["car"],
            ClassConfidence = new Dictionary<string, float> { ["person"] = 0.6f, ["bicycle"] = 0.1f, ["car"] = 0.2f },
        };
        var thresholds = ClassThresholds.From(options, Labels);
        const float Unwanted = float.PositiveInfinity;
        CollectionAssert.AreEqual(new[] { 0.6f, Unwanted, Unwanted, 0.3f, 0.3f }, thresholds.Scores.ToArray());
        Assert.AreEqual(0.3f, thresholds.Lowest);
    }

    [TestMethod]
    [DataRow("persn", "Did you mean 'person'?")]
    [DataRow("cat", "Did you mean 'car'?")]
    [DataRow("giraffe", "It has: person, bicycle, car, dog, dog.")]
    public void Validate_UnknownLabel_NamesNearOnesOrAll(string label, string hint)
    {
        foreach (var options in new DetectionOptions[] { new() { Classes = [label] }, new() { ExcludedClasses = [label] }, new() { ClassConfidence = new Dictionary<string, float> { [label] = 0.5f } } })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => options.Validate(Labels));
            Assert.AreEqual($"The model has no class '{label}'. {hint}", error.Message);
        }
    }

    [TestMethod]
    [DataRow(-0.01f)]
    [DataRow(1.01f)]
    [DataRow(float.NaN)]
    public void Validate_ScoreOutOfRange_Throws(float score)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new DetectionOptions { Confidence = score }.Validate());
        var error = Assert.ThrowsExactly<ArgumentException>(() => new DetectionOptions { ClassConfidence = new Dictionary<string, float> { ["car"] = score } }.Validate());
        StringAssert.Contains(error.Message, "'car'");
        Assert.ThrowsExactly<ArgumentException>(() => new DetectionOptions { Suppression = null! }.Validate());
        Assert.ThrowsExactly<ArgumentException>(() => new DetectionOptions { Suppression = new() { IoU = score } }.Validate());
    }

    [TestMethod]
    public void Json_RoundTrip_SameSettings()
    {
        var options = new DetectionOptions
        {
            Confidence = 0.1f,
            ClassConfidence = new Dictionary<string, float> { ["café"] = 0.7f },
            Classes = ["café", "dog"],
            ExcludedClasses = ["cat"],
            BestClassOnly = true,
            Suppression = new() { Kind = NonMaxSuppressionKind.SoftGaussian, IoU = 0.6f, Sigma = 0.3f, ClassAgnostic = true, MaxDetections = 9 },
        };
        var json = JsonSerializer.Serialize(options);
        var back = JsonSerializer.Deserialize<DetectionOptions>(json)!;
        Assert.AreEqual(json, JsonSerializer.Serialize(back));
        Assert.AreEqual(options.Suppression, back.Suppression);
        Assert.AreEqual(0.7f, back.ClassConfidence!["café"]);
        CollectionAssert.AreEqual(new[] { "café", "dog" }, back.Classes!.ToArray());
        Assert.AreEqual(new DetectionOptions(), JsonSerializer.Deserialize<DetectionOptions>(JsonSerializer.Serialize(new DetectionOptions())));
        Assert.AreEqual(new DetectionOptions(), JsonSerializer.Deserialize<DetectionOptions>("{}"));
    }
}
