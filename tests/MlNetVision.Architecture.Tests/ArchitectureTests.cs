using System.Reflection;
using System.Runtime.CompilerServices;
using NetArchTest.Rules;

namespace MlNetVision.Architecture.Tests;

[TestClass]
public sealed class ArchitectureTests
{
    public static IEnumerable<object[]> Names => House.Floors.Select(f => new object[] { f.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void References_OfAnAssembly_PointDown(string name)
    {
        var floor = House.Floors.Single(f => f.Name == name);

        var forbidden = House.Forbidden(floor, House.Load(name).GetReferencedAssemblies().Select(r => r.Name!)).ToArray();

        Assert.IsEmpty(forbidden, $"{name} refers to {string.Join(", ", forbidden)}; it may use {string.Join(", ", floor.Below.Concat(floor.Packages))}.");
    }

    /// <summary>The check above finds what it is for: made-up references upwards, sideways and to a package of another floor.</summary>
    [TestMethod]
    [DataRow("MlNetVision.Onnx", "MlNetVision", true)]
    [DataRow("MlNetVision.Onnx", "Microsoft.ML.Core", true)]
    [DataRow("MlNetVision.Onnx", "Microsoft.ML.OnnxRuntime", false)]
    [DataRow("MlNetVision.Gradients", "MlNetVision", true)]
    [DataRow("MlNetVision.Gradients", "MlNetVision.Onnx", false)]
    [DataRow("MlNetVision", "MlNetVision.Gradients", true)]
    [DataRow("MlNetVision", "MlNetVision.Training", true)]
    [DataRow("MlNetVision", "Microsoft.ML.Core", false)]
    [DataRow("MlNetVision", "System.Runtime", false)]
    [DataRow("MlNetVision.Training", "Spectre.Console", true)]
    [DataRow("MlNetVision.Training", "System.CommandLine", true)]
    public void Forbidden_MadeUpReference_IsFoundWhereItPointsUp(string name, string reference, bool isForbidden) =>
        Assert.AreEqual(isForbidden, House.Forbidden(House.Floors.Single(f => f.Name == name), [reference]).Any());

    /// <summary>What an upper floor needs is public. Tests, benchmarks and stress are no floors.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Internals_OfAnAssembly_AreSeenByNoShippedOne(string name)
    {
        var friends = House.Load(name).GetCustomAttributes<InternalsVisibleToAttribute>().Select(a => a.AssemblyName).ToArray();

        foreach (var friend in friends)
            Assert.IsTrue(friend.EndsWith(".Tests", StringComparison.Ordinal) || friend is "MlNetVision.Benchmarks" or "MlNetVision.Stress", $"{name} shows its internals to {friend}.");
    }

    [TestMethod]
    public void Types_OfAllAssemblies_HaveANameOfTheirOwn()
    {
        var twice = House.Floors.SelectMany(f => House.Load(f.Name).GetTypes())
            .Where(t => !t.IsNested && !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.Namespace?.StartsWith("MlNetVision", StringComparison.Ordinal) == true)
            .GroupBy(t => t.Name).Where(g => g.Count() > 1).Select(g => string.Join(" and ", g.Select(t => t.FullName))).ToArray();

        Assert.IsEmpty(twice, $"Named twice: {string.Join("; ", twice)}.");
    }

    /// <summary>A file that imports both namespaces must not need an alias. Protobuf's messages stand apart, in a namespace of their own.</summary>
    [TestMethod]
    public void PublicTypes_HaveNoNameThatOnnxRuntimeHasToo()
    {
        var theirs = Assembly.Load("Microsoft.ML.OnnxRuntime").GetExportedTypes().Select(t => t.Name).ToHashSet(StringComparer.Ordinal);

        var ours = House.Floors.SelectMany(f => House.Load(f.Name).GetExportedTypes())
            .Where(t => !t.IsNested && t.Namespace != "MlNetVision.Onnx.Proto" && theirs.Contains(t.Name)).Select(t => t.FullName).ToArray();

        Assert.Contains("InferenceSession", theirs);
        Assert.IsEmpty(ours, $"ONNX Runtime has types of these names: {string.Join(", ", ours)}.");
    }

    private static readonly string[] Tasks = ["MlNetVision.Detection", "MlNetVision.Segmentation", "MlNetVision.Classification", "MlNetVision.Style"];

    private static readonly string[] Named = ["MlNetVision.Imaging", "MlNetVision.Models", "MlNetVision.Inference", "MlNetVision.Data", .. Tasks];

    public static IEnumerable<object[]> NamedLayers => Named.Select(n => new object[] { n });

    public static IEnumerable<object[]> NamedTasks => Tasks.Select(n => new object[] { n });

    /// <summary>Layers within the vision floor: what decodes and packs images knows no task and no model; what runs models knows no task.</summary>
    [TestMethod]
    [DataRow("MlNetVision.Imaging", new[] { "MlNetVision.Data", "MlNetVision.Models", "MlNetVision.Inference", "MlNetVision.MlNet", "MlNetVision.Detection", "MlNetVision.Segmentation", "MlNetVision.Classification", "MlNetVision.Style" })]
    [DataRow("MlNetVision.Models", new[] { "MlNetVision.Data", "MlNetVision.Inference", "MlNetVision.MlNet", "MlNetVision.Segmentation", "MlNetVision.Classification", "MlNetVision.Style" })]
    [DataRow("MlNetVision.Data", new[] { "MlNetVision.Inference", "MlNetVision.MlNet", "MlNetVision.Detection", "MlNetVision.Segmentation", "MlNetVision.Classification", "MlNetVision.Style" })]
    [DataRow("MlNetVision.Inference", new[] { "MlNetVision.Data", "MlNetVision.Detection", "MlNetVision.Segmentation", "MlNetVision.Classification", "MlNetVision.Style" })]
    public void Layers_OfTheVisionFloor_PointDown(string layer, string[] above) => AssertUses(layer, above, []);

    /// <summary>All that names Microsoft.ML stands in one place, but for the image of ML.NET that every method takes.</summary>
    [TestMethod]
    [DynamicData(nameof(NamedLayers))]
    public void Layers_BelowTheMlNetApi_DoNotNameMicrosoftMl(string layer) =>
        AssertUses(layer, ["MlNetVision.MlNet", "Microsoft.ML.Data", "Microsoft.ML.Transforms", "Microsoft.ML.Runtime", "Microsoft.ML.MLContext", "Microsoft.ML.ITransformer"], ["MlNetVision.Inference.ImageSource"]);

    [TestMethod]
    [DynamicData(nameof(NamedTasks))]
    public void Tasks_DoNotNameEachOther(string task) => AssertUses(task, [.. Tasks.Where(t => t != task)], []);

    private static void AssertUses(string layer, string[] above, string[] allowed)
    {
        var types = Types.InAssembly(House.Load("MlNetVision"));
        var failing = types.That().ResideInNamespace(layer).And().HaveDependencyOnAny(above).GetTypes().Select(t => t.FullName!)
            .Where(name => !allowed.Any(a => name == a || name.StartsWith($"{a}/", StringComparison.Ordinal) || name.StartsWith($"{a}+", StringComparison.Ordinal))).ToArray();

        Assert.IsNotEmpty(types.That().ResideInNamespace(layer).GetTypes(), $"there is no namespace {layer}");
        Assert.IsEmpty(failing, $"{layer} knows what stands above or beside it: {string.Join(", ", failing)}.");
    }
}
