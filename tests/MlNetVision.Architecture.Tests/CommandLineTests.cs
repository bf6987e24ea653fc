using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace MlNetVision.Architecture.Tests;

/// <summary>The command line: a folder for each verb, none of which knows another, above layers that know no verb.</summary>
[TestClass]
public sealed class CommandLineTests
{
    private const string Root = "MlNetVision.Cli";

    private static readonly string[] Layers = ["Hosting", "Inputs", "Outputs", "Images", "ModelOptions"];
    private static readonly string[] Verbs = ["Detect", "Segment", "Classify", "Stylize", "Train", "Evaluate", "Anchors", "Model"];

    public static IEnumerable<object[]> Folders =>
    [
        ["Hosting", Array.Empty<string>()],
        ["Inputs", new[] { "Hosting" }],
        ["Outputs", new[] { "Hosting", "Inputs" }],
        ["ModelOptions", new[] { "Hosting", "Inputs" }],
        ["Images", new[] { "Hosting", "Inputs", "Outputs" }],
        .. Verbs.Select(verb => new object[] { verb, Layers }),
    ];

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void Folder_OfTheCommandLine_KnowsOnlyLayersBelow(string folder, string[] below)
    {
        string[] others = [.. Layers.Concat(Verbs).Except(below).Where(f => f != folder)];

        var failing = Types().And().HaveDependencyOnAny([.. others.Select(f => $"{Root}.{f}")]).GetTypes().Select(t => t.FullName).ToArray();

        Assert.IsEmpty(failing, $"{folder} knows a folder that is not below it: {string.Join(", ", failing)}.");
        Assert.IsNotEmpty(Types().GetTypes(), $"there is no folder {folder}");

        PredicateList Types() => NetArchTest.Rules.Types.InAssembly(House.Load(Root)).That().ResideInNamespaceMatching($"^{Regex.Escape($"{Root}.{folder}")}$");
    }

    /// <summary>The check above finds what it is for: commands know the layer that they stand on.</summary>
    [TestMethod]
    public void Dependencies_OfAVerbOnItsLayers_AreFound() => Assert.IsNotEmpty(
        Types.InAssembly(House.Load(Root)).That().ResideInNamespace($"{Root}.Detect").And().HaveDependencyOnAny($"{Root}.Hosting").GetTypes());

    [TestMethod]
    public void Types_OfTheCommandLine_StandInAVerbOrALayerOrPutThemTogether()
    {
        string[] known = [Root, .. Layers.Concat(Verbs).Select(f => $"{Root}.{f}")];

        var elsewhere = House.Load(Root).GetTypes().Where(t => t.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true && !known.Contains(t.Namespace))
            .Select(t => t.FullName).ToArray();

        Assert.IsEmpty(elsewhere, $"These stand in a folder that is no verb and no layer: {string.Join(", ", elsewhere)}.");
    }
}
