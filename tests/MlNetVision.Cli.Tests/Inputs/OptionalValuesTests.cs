using MlNetVision.Cli.Inputs;

namespace MlNetVision.Cli.Tests.Inputs;

[TestClass]
public sealed class OptionalValuesTests
{
    [TestMethod]
    [DataRow("detect a.jpg --json", "detect a.jpg --json")]
    [DataRow("detect a.jpg --json out.json", "detect a.jpg --json out.json")]
    [DataRow("detect --json a.jpg -m b", "detect a.jpg -m b --json")]
    [DataRow("detect --json *.jpg", "detect *.jpg --json")]
    [DataRow("detect --json - -m b", "detect --json - -m b")]
    [DataRow("model info --json b.onnx", "model info b.onnx --json")]
    [DataRow("detect --json a.jpg -- --json", "detect a.jpg --json -- --json")]
    [DataRow("classify --heatmap a.jpg -o b", "classify a.jpg -o b --heatmap")]
    [DataRow("classify --heatmap roses a.jpg", "classify --heatmap roses a.jpg")]
    [DataRow("classify --json --heatmap *.jpg", "classify --json *.jpg --heatmap")]
    [DataRow("detect -- --json a.jpg", "detect -- --json a.jpg")]
    public void Untangle_OptionBeforeAnInput_IsMovedToTheEnd(string given, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', OptionalValues.Untangle(given.Split(' '))));
}
