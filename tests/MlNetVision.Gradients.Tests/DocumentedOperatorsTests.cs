using System.Text.RegularExpressions;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed partial class DocumentedOperatorsTests
{
    [TestMethod]
    public void Page_OnGradients_ListsOperatorsThatHaveRules()
    {
        var page = File.ReadAllText(Path.Combine(MlNetVision.Tests.Shared.Repository, "assets", "docs", "gradients.md"));
        var table = page[page.IndexOf("| family |", StringComparison.Ordinal)..page.IndexOf("Where a function has a kink", StringComparison.Ordinal)];
        var listed = Code().Matches(table).Select(m => m.Groups[1].Value).ToArray();
        CollectionAssert.AreEquivalent(GradientRules.All.Keys, listed);
    }

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Code();
}
