using MlNetVision.Models;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class DeepLabPageTests
{
    [TestMethod]
    public void Listings_OfThePage_AreWhatTheNetworkIs()
    {
        var table = ModelLocator.Open("streets").Describe().ToTable().Split('\n').Select(l => l.TrimEnd()).ToHashSet();
        var page = File.ReadAllText(Path.Combine(Shared.Repository, "assets", "docs", "deeplab.md")).ReplaceLineEndings("\n");
        var listed = page.Split("```text\n").Skip(1).SelectMany(part => part[..part.IndexOf("```", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.IsGreaterThan(10, listed.Count);
        foreach (var line in listed) Assert.IsTrue(table.Contains(line), $"not a line of the table: {line}");
    }
}
