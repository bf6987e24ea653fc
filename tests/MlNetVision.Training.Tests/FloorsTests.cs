using System.Reflection;
using System.Runtime.CompilerServices;
using MlNetVision.Gradients;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Training.Tests;

/// <summary>Each floor of the house knows only those below it, and only what they show.</summary>
[TestClass]
public sealed class FloorsTests
{
    private static readonly Assembly[] Shipped = [typeof(OnnxModel).Assembly, typeof(TrainingGraph).Assembly, typeof(Picture).Assembly, typeof(ClassifierTrainer).Assembly];

    [TestMethod]
    [DataRow("MlNetVision.Onnx", "")]
    [DataRow("MlNetVision.Gradients", "MlNetVision.Onnx")]
    [DataRow("MlNetVision", "MlNetVision.Onnx")]
    [DataRow("MlNetVision.Training", "MlNetVision, MlNetVision.Gradients, MlNetVision.Onnx")]
    public void References_OfAFloor_PointDown(string name, string below) =>
        Assert.AreEqual(below, string.Join(", ", References(name).Where(r => r.StartsWith("MlNetVision", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));

    [TestMethod]
    [DataRow("MlNetVision.Onnx", "Google.Protobuf, Microsoft.ML.OnnxRuntime")]
    [DataRow("MlNetVision.Gradients", "Google.Protobuf, Microsoft.ML.OnnxRuntime, MlNetVision.Onnx")]
    public void References_BelowVision_NeedNeitherMlNetNorImages(string name, string all) =>
        Assert.AreEqual(all, string.Join(", ", References(name).Where(r => !r.StartsWith("System", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));

    [TestMethod]
    public void Internals_OfShippedAssemblies_AreForTestsAlone()
    {
        foreach (var assembly in Shipped)
        {
            var friends = assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(a => a.AssemblyName).ToArray();
            Assert.IsNotEmpty(friends);
            Assert.IsTrue(friends.All(f => f.EndsWith(".Tests", StringComparison.Ordinal) || f == "MlNetVision.Benchmarks"), $"{assembly.GetName().Name}: {string.Join(", ", friends)}");
        }
    }

    private static IEnumerable<string> References(string name) => Shipped.Single(a => a.GetName().Name == name).GetReferencedAssemblies().Select(r => r.Name!);
}
